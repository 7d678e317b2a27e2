using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Statistics;

namespace MLNet.DeepExt.Distributions;

/// <summary>
/// A small network that learns to tell two samples apart, on four folds of their rows, and is judged on the fifth, in turn.
/// </summary>
/// <remarks>
/// Source: D. Lopez-Paz and M. Oquab, Revisiting Classifier Two-Sample Tests, ICLR 2017, with the area under the ROC curve in the place of
/// accuracy, so that samples may be of different sizes.
/// </remarks>
internal sealed class DomainClassifier
{
    public const int Folds = 5;

    private const int HiddenUnits = 32;
    private const int MaximumEpochs = 30;
    private const int Patience = 3;

    // Rows to exchange values in are fewer where they are wide, so that this takes seconds.
    private const int FewestExchanged = 50;
    private const int MostExchangedNumbers = 1_000_000;

    private const long MostNumbers = 50_000_000; // that the network sees of all rows: 200 MB

    private static readonly BinaryCrossEntropy Cost = new();

    private readonly IHost _host;
    private readonly ComparedFeature[] _features;
    private readonly int[] _offsets; // (features): the first input of each
    private readonly int _width;
    private readonly CounterRandom _random;
    private readonly Fold[] _folds;

    /// <summary>Trains.</summary>
    /// <param name="host">Who trains.</param>
    /// <param name="features">What rows consist of.</param>
    /// <param name="firstRows">Rows of the first sample.</param>
    /// <param name="secondRows">Rows of the second sample.</param>
    /// <param name="random">What chance is drawn from.</param>
    public DomainClassifier(IHost host, ComparedFeature[] features, int firstRows, int secondRows, CounterRandom random)
    {
        _host = host;
        _features = features;
        _random = random;
        _offsets = new int[features.Length];
        foreach ((int i, ComparedFeature feature) in features.Index())
        {
            _offsets[i] = _width;
            _width += feature.Inputs;
        }

        (bool IsSecond, int Row)[][] heldOut = new (bool, int)[Folds][];
        int[] first = Shuffled(firstRows, 0)[..MostRows(firstRows, firstRows + secondRows, _width)];
        int[] second = Shuffled(secondRows, 1)[..MostRows(secondRows, firstRows + secondRows, _width)];
        for (int fold = 0; fold < Folds; fold++)
            heldOut[fold] = [.. FoldOf(first, fold).Select(row => (false, row)), .. FoldOf(second, fold).Select(row => (true, row))];
        _folds = [.. Enumerable.Range(0, Folds).Select(fold => Train(heldOut, fold))];
        Area = new RocArea(_folds.Average(fold => fold.Area.Area), _folds.Sum(fold => fold.Area.Variance) / (Folds * Folds));
    }

    /// <summary>How well it tells rows apart that it did not learn from: the mean of the folds.</summary>
    public RocArea Area { get; }

    /// <summary>
    /// How many rows of a sample are learned from, so that those of both hold at most 50 million numbers, but for the fewest that folds
    /// need.
    /// </summary>
    /// <param name="rows">Rows of the sample.</param>
    /// <param name="all">Rows of both.</param>
    /// <param name="width">Numbers that the network sees of each.</param>
    public static int MostRows(int rows, int all, int width) => (long)all * width <= MostNumbers ? rows
        : Math.Min(rows, Math.Max(DistributionComparer.FewestRows, (int)(MostNumbers / width * rows / all)));

    /// <summary>
    /// What the area loses where rows exchange their values of a feature, the mean of the folds, and how likely that much or more is where
    /// it loses nothing: by Student's distribution of the mean in units of its standard error.
    /// </summary>
    public TestOutcome LossWithout(int feature)
    {
        _host.ThrowIfCancelled();
        double[] losses = Array.ConvertAll(_folds, fold => fold.LossWithout(
            _offsets[feature], _features[feature].Inputs, _random.Derive(100 + (ulong)feature)));
        double mean = losses.Average();
        double error = Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (Folds - 1) / Folds);
        return new TestOutcome(mean, mean <= 0 ? 1 : StudentDistribution.Upper(mean / error, Folds - 1));
    }

    private static IEnumerable<int> FoldOf(int[] rows, int fold) => rows.Where((_, place) => place % Folds == fold);

    private int[] Shuffled(int rows, ulong name)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        _random.Derive(name).Shuffle(order.AsSpan());
        return order;
    }

    private Fold Train((bool IsSecond, int Row)[][] heldOut, int fold)
    {
        _host.ThrowIfCancelled();
        (bool IsSecond, int Row)[] learned = [.. heldOut.Where((_, other) => other != fold).SelectMany(rows => rows)];
        int[] classes = Array.ConvertAll(learned, row => row.IsSecond ? 1 : 0);
        var trainer = new Trainer(NetworkSpec.Input(_width).Dense(HiddenUnits).Relu().Dense(1), Cost, new TrainingOptions
        {
            MaximumEpochs = MaximumEpochs,
            Patience = Patience,
            Callbacks = [new CancellationCallback(_host)],
            Seed = _random.Derive(2).Below(int.MaxValue, (ulong)fold),
        });
        TrainingResult result = Train(trainer, new LabeledRows(_width, Write(learned), classes));
        return new Fold(
            new Predictor(result.Network, Cost, givesLogits: true), Write(heldOut[fold]), heldOut[fold].Count(row => !row.IsSecond));
    }

    private TrainingResult Train(Trainer trainer, LabeledRows rows)
    {
        try
        {
            return trainer.Train(rows);
        }
        catch (TrainingCallbackException)
        {
            _host.ThrowIfCancelled();
            throw;
        }
    }

    // (rows, width).
    private float[] Write((bool IsSecond, int Row)[] rows)
    {
        var inputs = new float[rows.Length * _width];
        for (int i = 0; i < rows.Length; i++)
        {
            if (i % 1024 == 0)
                _host.ThrowIfCancelled();
            Span<float> row = inputs.AsSpan(i * _width, _width);
            foreach (ComparedFeature feature in _features)
            {
                feature.Write(rows[i].IsSecond, rows[i].Row, row[..feature.Inputs]);
                row = row[feature.Inputs..];
            }
        }

        return inputs;
    }

    /// <summary>A network, and the rows that it is judged on: first ones, then second ones.</summary>
    private sealed class Fold
    {
        private readonly Predictor _predictor;
        private readonly PredictionBuffer _buffer;
        private readonly float[] _exchanged; // (rows to exchange values in, width)
        private readonly int _exchangedFirst;
        private readonly double _areaOfExchanged;

        public Fold(Predictor predictor, float[] inputs, int first)
        {
            _predictor = predictor;
            _buffer = predictor.CreateBuffer(maximumRows: 256);
            Area = Measure(inputs, first);

            // As many of either as there are, or of each the same share.
            int width = predictor.Inputs, rows = inputs.Length / width, second = rows - first;
            double share = Math.Min(1, Math.Max(FewestExchanged, MostExchangedNumbers / width) / (double)rows);
            _exchangedFirst = Math.Max(2, (int)(share * first));
            int exchangedSecond = Math.Max(2, (int)(share * second));
            _exchanged = [.. inputs.AsSpan(0, _exchangedFirst * width), .. inputs.AsSpan(first * width, exchangedSecond * width)];
            _areaOfExchanged = Measure(_exchanged, _exchangedFirst).Area;
        }

        public RocArea Area { get; }

        public double LossWithout(int offset, int inputs, CounterRandom random)
        {
            int width = _predictor.Inputs, rows = _exchanged.Length / width;
            int[] order = [.. Enumerable.Range(0, rows)];
            random.Shuffle(order.AsSpan());
            var changed = (float[])_exchanged.Clone();
            for (int row = 0; row < rows; row++)
                _exchanged.AsSpan(order[row] * width + offset, inputs).CopyTo(changed.AsSpan(row * width + offset));
            return _areaOfExchanged - Measure(changed, _exchangedFirst).Area;
        }

        private RocArea Measure(float[] inputs, int first)
        {
            var scores = new float[inputs.Length / _predictor.Inputs];
            _predictor.Predict(inputs, scores.Length, scores, _buffer);
            return RocArea.Of(scores.AsSpan(0, first), scores.AsSpan(first));
        }
    }
}
