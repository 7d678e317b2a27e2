using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Finds a learning rate: trains for a few hundred steps with increasing rates and records the loss
/// for each rate. A good rate is where the loss falls most steeply; rates at which it rises are too high.
/// </summary>
/// <remarks>
/// Steps are those of <see cref="Trainer"/> with the same options. All rows are used for training, without validation, weight averaging,
/// callbacks or checkpoint, and only with the schedule of increasing rates. The trained network is discarded. L. Smith, "Cyclical learning
/// rates for training neural networks", 2017.
/// </remarks>
/// <example>
/// <code>
/// var finder = new LearningRateFinder(spec, new SoftmaxCrossEntropy(), options);
/// LearningRateCurve curve = finder.Find(rows);
/// Console.Write(curve);
/// if (curve.SuggestedRate is { } rate)
///     options = options with { Optimizer = options.Optimizer with { LearningRate = rate } };
/// </code>
/// </example>
public sealed class LearningRateFinder
{
    private const int MostSteps = 1_000_000;

    private readonly Func<TrainingOptions, Trainer> _createTrainer;
    private readonly TrainingOptions _options;

    /// <summary>Creates a search for a new network.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="loss">The loss that training minimizes.</param>
    /// <param name="options">The training options. The learning rate of the optimizer is not used.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message states the value and the remedy.</exception>
    public LearningRateFinder(NetworkSpec spec, Loss loss, TrainingOptions options)
        : this(changed => new Trainer(spec, loss, changed), options)
    {
    }

    /// <summary>Creates a search for further training of a network.</summary>
    /// <param name="start">The starting network. It is not changed.</param>
    /// <param name="loss">The loss that training minimizes.</param>
    /// <param name="options">The training options. The learning rate of the optimizer is not used.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message states the value and the remedy.</exception>
    public LearningRateFinder(Network<float> start, Loss loss, TrainingOptions options)
        : this(changed => new Trainer(start, loss, changed), options)
    {
    }

    private LearningRateFinder(Func<TrainingOptions, Trainer> createTrainer, TrainingOptions options)
    {
        _ = createTrainer(options);
        _createTrainer = createTrainer;
        _options = options;
    }

    /// <summary>The rate of the first step, above 0. Default 1e-6.</summary>
    public double LowestRate { get; init; } = 1e-6;

    /// <summary>The rate of the last step, above the lowest. Default 10; the loss usually diverges before.</summary>
    public double HighestRate { get; init; } = 10;

    /// <summary>The maximum number of steps, from 3 to 1,000,000. Default 200, about 30 steps per factor of 10.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>The weight of the previous value in the average that smooths the loss, in [0, 1). Default 0.9, an average over about 10
    /// steps.</summary>
    public double Smoothing { get; init; } = 0.9;

    /// <summary>The search ends when the smoothed loss is this many times its lowest so far; above 1. Default 4.</summary>
    public double DivergenceFactor { get; init; } = 4;

    /// <summary>Tries rates on rows in memory.</summary>
    /// <param name="rows">The training rows.</param>
    /// <param name="cancellationToken">Stops the search after the current step, with the curve so far; before the first step, with an
    /// exception.</param>
    /// <exception cref="ArgumentException">A value of this search is out of its range, or the rows do not fit the network.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before the first step.</exception>
    public LearningRateCurve Find(LabeledRows rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Find((trainer, token) => trainer.Train(rows, cancellationToken: token), cancellationToken);
    }

    /// <summary>Tries rates on streamed rows. They are read once to count them, and then as far as the steps need.</summary>
    /// <param name="rows">The training rows.</param>
    /// <param name="cancellationToken">Stops the search after the current step, with the curve so far; before the first step, with an
    /// exception.</param>
    /// <exception cref="ArgumentException">A value of this search is out of its range, or the rows do not fit the network.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before the first step.</exception>
    /// <exception cref="InvalidOperationException">A row is not valid for training. Exceptions of the reader are rethrown unchanged.</exception>
    public LearningRateCurve Find(ExampleStream rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Find((trainer, token) => trainer.Train(rows, cancellationToken: token), cancellationToken);
    }

    private LearningRateCurve Find(Action<Trainer, CancellationToken> train, CancellationToken cancellationToken)
    {
        Validate();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var recorder = new Recorder(new ExponentialAverage(Smoothing), Steps, DivergenceFactor, end);
        TrainingOptions options = _options with
        {
            Optimizer = _options.Optimizer with { LearningRate = LowestRate },
            Schedule = new Rising(HighestRate / LowestRate, Steps),
            MaximumEpochs = Steps, // with at least one step each
            ValidationFraction = 0,
            Patience = null,
            StoppingMetric = null,
            WeightAveraging = null,
            RecordNorms = false,
            Callbacks = [recorder],
            Checkpoint = null,
        };
        try
        {
            train(_createTrainer(options), end.Token);
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken == end.Token)
        {
            // The trained network is not used; only a search without any step has no result.
            if (recorder.Points.Count == 0)
            {
                throw new OperationCanceledException(
                    "The search for a learning rate was cancelled before its first step, so there is no curve.", cancellationToken);
            }
        }
        catch (TrainingDivergedException)
        {
            recorder.Diverged = true;
        }

        return new LearningRateCurve(recorder.Points, recorder.Average, recorder.Diverged);
    }

    private void Validate()
    {
        if (!(LowestRate > 0 && double.IsFinite(LowestRate)))
            throw Fault(nameof(LowestRate), "above 0", LowestRate, "1e-6 is the usual value");
        if (!(HighestRate > LowestRate && double.IsFinite(HighestRate)))
        {
            string range = FormattableString.Invariant($"above LowestRate, {LowestRate},");
            throw Fault(nameof(HighestRate), range, HighestRate, "10 is the usual value");
        }

        if (Steps is < 3 or > MostSteps)
            throw Fault(nameof(Steps), FormattableString.Invariant($"from 3 to {MostSteps}"), Steps, "200 is the usual value");
        if (!(Smoothing >= 0 && Smoothing < 1))
            throw Fault(nameof(Smoothing), "in [0, 1)", Smoothing, "0.9 is the usual value");
        if (!(DivergenceFactor > 1))
            throw Fault(nameof(DivergenceFactor), "above 1", DivergenceFactor, "4 is the usual value");
    }

    private static ArgumentException Fault(string name, string range, double value, string remedy) =>
        new(FormattableString.Invariant($"{name} of a LearningRateFinder must be {range} but is {value}; {remedy}."), name);

    /// <summary>Increases the factor from 1 to a ratio, by the same factor in each step.</summary>
    private sealed record Rising(double Ratio, int Steps) : Schedule
    {
        public override bool NeedsValidation => false;

        public override double Factor(in TrainingTime time) => Math.Pow(Ratio, (time.Step - 1) / (Steps - 1.0));

        public override void Validate()
        {
            // The finder has validated it.
        }
    }

    /// <summary>Records every step, and cancels the training when the search is finished.</summary>
    private sealed class Recorder(ExponentialAverage average, int steps, double divergenceFactor, CancellationTokenSource end)
        : IBatchCallback
    {
        private readonly List<LearningRatePoint> _points = [];
        private double _average; // not corrected
        private double _lowest = double.PositiveInfinity;

        public IReadOnlyList<LearningRatePoint> Points => _points;

        public ExponentialAverage Average => average;

        public bool Diverged { get; set; }

        public void OnBatchEnd(in BatchRecord batch)
        {
            _average = average.Next(_average, batch.Loss);
            double smoothed = average.Correct(_average, batch.Step);
            _points.Add(new LearningRatePoint(batch.LearningRate, batch.Loss, smoothed));
            Diverged = smoothed > divergenceFactor * _lowest;
            _lowest = Math.Min(_lowest, smoothed);
            if (Diverged || _points.Count == steps)
                end.Cancel();
        }
    }
}
