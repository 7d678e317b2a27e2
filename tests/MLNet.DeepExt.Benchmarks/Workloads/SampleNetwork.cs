using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>
/// A briefly trained network to predict with. Every process that makes one gets the same, to the last bit, so that no file
/// has to carry it from one to the other.
/// </summary>
internal sealed class SampleNetwork
{
    private const int TrainingRows = 2000;
    private const int CheckedRows = 100;
    private const double Tolerance = 1e-4;

    private readonly WorkloadData _data;

    public SampleNetwork(Workload workload)
    {
        Workload = workload;
        _data = WorkloadData.Random(workload, TrainingRows);
        var options = new TrainingOptions
        {
            BatchSize = workload.BatchSize,
            MaximumEpochs = 2,
            ValidationFraction = 0,
            NumberOfThreads = 1,
        };
        Trained = new Trainer(workload.Spec, workload.Loss, options).Train(_data.ToRows(workload)).Network;
        Predictor = new Predictor(Trained, workload.Loss);
    }

    public Workload Workload { get; }

    public Network<float> Trained { get; }

    public Predictor Predictor { get; }

    /// <summary>A network that predicts the same, made of Dense and activations alone.</summary>
    public Network<float> Folded => Folding.ForPrediction(Trained);

    /// <summary>(rows, inputs): some rows to predict, over and over.</summary>
    public float[] Inputs(int rows)
    {
        var inputs = new float[rows * Workload.Spec.Inputs];
        for (int filled = 0; filled < inputs.Length; filled += _data.Features.Length)
            _data.Features.AsSpan(0, Math.Min(_data.Features.Length, inputs.Length - filled)).CopyTo(inputs.AsSpan(filled));
        return inputs;
    }

    /// <summary>Proves that another implementation computes what ours does.</summary>
    /// <param name="predict">From (rows, inputs) and the number of rows to (rows, outputs).</param>
    public void RequireSameOutputs(Func<float[], int, float[]> predict)
    {
        float[] inputs = Inputs(CheckedRows);
        var expected = new float[CheckedRows * Predictor.Outputs];
        Predictor.Predict(inputs, CheckedRows, expected, Predictor.CreateBuffer(CheckedRows));
        float[] actual = predict(inputs, CheckedRows);
        double difference = expected.Zip(actual, (e, a) => Math.Abs((double)e - a)).Max();
        if (!(difference <= Tolerance))
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"its outputs differ from ours by {difference:0.0e+00}, so it does not compute the same network"));
        }
    }
}
