using System.Diagnostics;
using System.Globalization;
using Digits;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Serving;

// A server's way: a model is loaded once, and a pool of prediction engines answers from many threads at the same time.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int threads = 16, rounds = 20;
var ml = new MLContext(seed: 1);
(IReadOnlyList<Digit> training, IReadOnlyList<Digit> test) = DigitData.Split(DigitData.Load(), seed: 1);
IDataView train = ml.Data.LoadFromEnumerable(training);

using var file = new MemoryStream();
ml.Model.Save(
    ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.Transforms.NormalizeInputs("Features"))
        .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(maximumEpochs: 10))
        .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(train),
    train.Schema, file);
file.Position = 0;

var server = new MLContext();
ITransformer model = server.Model.Load(file, out _);
var pool = new DefaultObjectPool<PredictionEngine<Digit, Prediction>>(new EnginePolicy(server, model), maximumRetained: threads);
float[][] expected = [.. test.Select(Answer)];

long wrong = 0;
var watch = Stopwatch.StartNew();
Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
{
    for (int round = 0; round < rounds; round++)
    {
        for (int i = 0; i < test.Count; i++)
        {
            if (!Answer(test[i]).AsSpan().SequenceEqual(expected[i]))
                Interlocked.Increment(ref wrong);
        }
    }
});
int answers = threads * rounds * test.Count;
Console.WriteLine($"{answers:N0} digits from {threads} threads, {answers / watch.Elapsed.TotalSeconds:N0} a second; " +
    $"{wrong} answers differ from those of one thread.");
return wrong == 0 ? 0 : 1;

float[] Answer(Digit digit)
{
    PredictionEngine<Digit, Prediction> engine = pool.Get();
    float[] probabilities = engine.Predict(digit).Score;
    pool.Return(engine);
    return probabilities;
}
