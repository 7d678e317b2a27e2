using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;

// The engine without ML.NET, compiled ahead of time: trains, is stopped, goes on from the checkpoint, saves, loads and predicts.
const int Rows = 400;
var random = new Random(1);
float[] features = [.. Enumerable.Range(0, 2 * Rows).Select(_ => random.NextSingle())];
int[] classes = [.. Enumerable.Range(0, Rows).Select(row => features[2 * row] > 0.5f == features[2 * row + 1] > 0.5f ? 1 : 0)];
var data = new LabeledRows(2, features, classes);

var spec = NetworkSpec.Input(2).Dense(32).BatchNorm().Relu().Dropout(0.9f).Dense(2);
var loss = new SoftmaxCrossEntropy();
var options = new TrainingOptions
{
    Optimizer = new Chain(new ClipByGlobalNorm(1), new AdamW(0.01)),
    Schedule = new Cosine(0.1),
    Regularizer = new L2(1e-4),
    Metrics = [new Accuracy()],
    MaximumEpochs = 60,
    RecordNorms = true,
    Seed = 1,
};
Network<float> whole = new Trainer(spec, loss, options).Train(data).Network;

TrainingOptions resumable = options with { Checkpoint = new Checkpoint("training.checkpoint") };
try
{
    new Trainer(spec, loss, resumable with { Callbacks = [new Crash(AfterEpoch: 3)] }).Train(data);
}
catch (TrainingCallbackException exception) when (exception.InnerException is TimeoutException)
{
    Require(File.Exists("training.checkpoint"), "there is no checkpoint");
}

Network<float> resumed = new Trainer(spec, loss, resumable).Train(data).Network;
using (FileStream file = File.Create("engine.network"))
    NetworkFile.Save(file, resumed, loss);
using FileStream saved = File.OpenRead("engine.network");
(Network<float> loaded, Loss its) = NetworkFile.Load(saved);
float[] expected = Predict(whole, loss), predicted = Predict(loaded, its);
Require(expected.SequenceEqual(predicted), "the network that was resumed, saved and loaded predicts something else");
int right = Enumerable.Range(0, Rows).Count(row => predicted[2 * row + 1] > 0.5f == (classes[row] == 1));
Require(right > 0.95 * Rows, $"{right} of {Rows} rows are predicted correctly");
Require(Attribution.FromJson(new IntegratedGradients(20).ToJson()) == new IntegratedGradients(20), "an attribution is read as another");
Console.WriteLine($"trained, resumed, saved, loaded, the same predictions; {right} of {Rows} are correct");

float[] Predict(Network<float> network, Loss loss)
{
    var predictor = new Predictor(network, loss);
    var outputs = new float[2 * Rows]; // (rows, classes)
    predictor.Predict(features, Rows, outputs, predictor.CreateBuffer(Rows));
    return outputs;
}

static void Require(bool holds, string fault)
{
    if (!holds)
        throw new InvalidOperationException(fault);
}

internal sealed record Crash(int AfterEpoch) : ITrainingCallback
{
    public void OnEpochEnd(EpochRecord epoch)
    {
        if (epoch.Epoch == AfterEpoch)
            throw new TimeoutException();
    }
}
