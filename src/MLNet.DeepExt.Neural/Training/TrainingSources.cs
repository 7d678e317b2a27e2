using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The training batches and the validation batches of one training.</summary>
internal sealed class TrainingSources : IDisposable
{
    private const int FewestRowsToEvaluateAtOnce = 256;

    private TrainingSources(BatchSource training, BatchSource? validation, double storedShare = 1)
    {
        StoredShare = storedShare;
        Training = training;
        Validation = validation;
    }

    public BatchSource Training { get; private set; }

    /// <summary>Null when training ends after a fixed number of epochs.</summary>
    public BatchSource? Validation { get; }

    /// <summary>The fingerprint of the data; null without a checkpoint.</summary>
    public required DataFingerprint? Fingerprint { get; init; }

    /// <summary>True if the validation rows are one of the folds into which all rows are divided.</summary>
    public bool IsFold { get; private init; }

    /// <summary>The number of training rows in which each target is missing; null for class targets.</summary>
    public MissingTargets? MissingInTraining { get; init; }

    /// <summary>The number of validation rows in which each target is missing; null for class targets, or without validation rows.</summary>
    public MissingTargets? MissingInValidation { get; init; }

    /// <summary>The number of rows that are shuffled together: all training rows, or the rows of a stream that fit into its buffer.</summary>
    public required int ShuffledRows { get; init; }

    /// <summary>The fraction of stored features: 1 unless rows are sparse.</summary>
    public double StoredShare { get; }

    /// <summary>
    /// Creates batches of rows in memory. Sparse rows stay sparse or, for example for augmentation, are expanded. Without validation
    /// rows, a fraction of the training rows is set aside.
    /// </summary>
    /// <param name="options">The training options.</param>
    /// <param name="keepSparse">True if sparse rows stay sparse.</param>
    /// <param name="training">The training rows.</param>
    /// <param name="validation">The validation rows; null to set aside a fraction of the training rows.</param>
    /// <param name="statistics">Receives the features of the training rows only; null if no encoder has to be fitted.</param>
    public static TrainingSources OfRows(
        TrainingOptions options, bool keepSparse, LabeledRows training, LabeledRows? validation, InputStatistics? statistics = null)
    {
        options.ClassWeights.RequireClasses(training.TargetWidth, nameof(training));
        if (validation is not null)
            options.ClassWeights.RequireClasses(validation.TargetWidth, nameof(validation));
        var random = new CounterRandom((ulong)options.Seed);
        double fraction = validation is null ? options.ValidationFraction : 0;
        int[] rows = RowsWithWeight(options, training, nameof(training));
        int[] strata = [.. rows.Select(training.Targets.StratumOf)];
        bool isFold = options.CrossFitting && validation is null;
        (int[] kept, int[] setAside) = SplitFor(options, isFold, StratifiedSplit.CountOf(strata), fraction).Draw(strata);
        int[] learned = [.. kept.Select(i => rows[i])];
        int[] heldOut = validation is null ? [.. setAside.Select(i => rows[i])] : RowsWithWeight(options, validation, nameof(validation));
        ClassFactors factors = options.ClassWeights.For(StratifiedSplit.CountOf([.. kept.Select(i => strata[i])]));
        if (statistics is not null)
            AddRows(statistics, training, learned);

        int batchSize = BatchSizeFor(options, learned.Length);
        bool isAugmented = options.Augmentation is not null;
        return new TrainingSources(
            new MemoryBatchSource(
                training, learned, batchSize, random.Derive(RandomStreams.Shuffle), keepSparse && !isAugmented, factors),
            heldOut.Length == 0
                ? null
                : new MemoryBatchSource(validation ?? training, heldOut, EvaluationSize(batchSize), shuffle: null, keepSparse, factors),
            isAugmented ? 1 : training.Features.Stored(training.Count) / ((double)training.Count * training.Width))
        {
            Fingerprint = options.Checkpoint is null ? null : DataFingerprint.Of(training, validation),
            IsFold = isFold,
            ShuffledRows = learned.Length,
            MissingInTraining = MissingTargets.Of(training.Targets, learned),
            MissingInValidation = heldOut.Length == 0 ? null : MissingTargets.Of((validation ?? training).Targets, heldOut),
        };
    }

    /// <summary>
    /// Creates batches of streamed rows, after counting them. Given validation rows are streamed too; a fraction
    /// of the training rows that is set aside is kept in memory. Returns null if it is cancelled before all is ready.
    /// </summary>
    /// <remarks>Statistics are collected in a pass that is needed in any case: the counting pass, or, if a fraction is set aside, the pass that
    /// reads it.</remarks>
    /// <param name="options">The training options.</param>
    /// <param name="check">The validation of targets.</param>
    /// <param name="training">The training rows.</param>
    /// <param name="validation">The validation rows; null to set aside a fraction of the training rows.</param>
    /// <param name="statistics">Receives the features of the training rows only; null if no encoder has to be fitted.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static TrainingSources? OfStreams(
        TrainingOptions options, TargetCheck check, ExampleStream training, ExampleStream? validation, InputStatistics? statistics,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return null;
        options.ClassWeights.RequireClasses(training.TargetWidth, nameof(training));
        if (validation is not null)
            options.ClassWeights.RequireClasses(validation.TargetWidth, nameof(validation));
        var random = new CounterRandom((ulong)options.Seed);
        bool isFold = options.CrossFitting && validation is null;
        bool isSplit = isFold || (validation is null && options.ValidationFraction > 0);
        StreamRows all = CountedRows(training, nameof(training), isSplit ? null : statistics);
        if (cancellationToken.IsCancellationRequested)
            return null;
        StreamRows? given = validation is null ? null : CountedRows(validation, nameof(validation), statistics: null);
        if (cancellationToken.IsCancellationRequested)
            return null;

        int bufferRows = BufferRows(options, training);
        double fraction = given is null ? Math.Min(options.ValidationFraction, bufferRows / (double)all.Count!.Value) : 0;
        StratifiedSplit split = SplitFor(options, isFold, all.RowsOfClass, fraction);
        if (isFold && split.HeldOut > bufferRows)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"CrossFitting holds out {split.HeldOut} of {all.Count} rows as a fold, in memory, but the buffer holds {bufferRows}; ")
                + "raise ShuffleBufferMegabytes, train more networks (Ensemble), or set CrossFitting to false.",
                nameof(options.CrossFitting));
        }

        ClassFactors factors =
            options.ClassWeights.For([.. split.RowsOfClass.Zip(split.HeldOutOfClass, (count, setAside) => count - setAside)]);
        StreamRows learned = all.Part(split, heldOut: false) with { Factors = factors };
        LabeledRows? heldOut = split.HeldOut > 0 || (isSplit && statistics is not null)
            ? (all.Part(split, heldOut: true) with { Factors = factors }).ReadAll(cancellationToken, statistics)
            : null;
        heldOut = heldOut?.Count > 0 ? heldOut : null;
        if (cancellationToken.IsCancellationRequested)
            return null;

        int batchSize = BatchSizeFor(options, learned.Count!.Value);
        int[] heldOutRows = [.. Enumerable.Range(0, heldOut?.Count ?? 0)];
        MissingTargets? missingInHeldOut = heldOut is null ? null : MissingTargets.Of(heldOut.Targets, heldOutRows);
        BatchSource? heldOutSource =
            heldOut is null ? null : new MemoryBatchSource(heldOut, heldOutRows, EvaluationSize(batchSize), shuffle: null);
        return new TrainingSources(
            new ShuffledStreamSource(learned, batchSize, bufferRows, random.Derive(RandomStreams.Shuffle), cancellationToken),
            given is null
                ? heldOutSource
                : new SequentialStreamSource(given with { Factors = factors }, EvaluationSize(batchSize), cancellationToken))
        {
            Fingerprint = options.Checkpoint is null ? null : DataFingerprint.Of(all, given),
            IsFold = isFold,
            ShuffledRows = Math.Min(bufferRows, learned.Count!.Value),
            MissingInTraining = all.Missing?.Without(missingInHeldOut),
            MissingInValidation = given is null ? missingInHeldOut : given.Missing,
        };

        StreamRows CountedRows(ExampleStream stream, string name, InputStatistics? statistics) =>
            new StreamRows
            {
                Stream = stream,
                Name = name,
                Check = check,
                Factors = options.ClassWeights.Given,
                CodesFeatures = options.Checkpoint is not null,
            }.Counted(cancellationToken, statistics);
    }

    /// <summary>Throws if rows in memory cannot be divided into the folds of cross-fitting.</summary>
    /// <param name="options">The training options, with cross-fitting.</param>
    /// <param name="training">The training rows.</param>
    /// <exception cref="ArgumentException">There are fewer rows than folds.</exception>
    /// <exception cref="InvalidOperationException">A target has values in one fold only, so that one network would have none to learn.</exception>
    public static void RequireFolds(TrainingOptions options, LabeledRows training)
    {
        int[] rows = RowsWithWeight(options, training, nameof(training));
        if (rows.Length < options.Ensemble)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"CrossFitting divides the rows into {options.Ensemble} folds but there are {rows.Length} rows with a weight; ")
                + "train fewer networks (Ensemble), or set CrossFitting to false.",
                nameof(options.CrossFitting));
        }

        if (training.TargetWidth == 0)
            return;
        int[] strata = [.. rows.Select(training.Targets.StratumOf)];
        for (int number = 1; number <= options.Ensemble; number++)
        {
            (int[] kept, _) = SplitFor(options.ForNetwork(number), isFold: true, StratifiedSplit.CountOf(strata), fraction: 0).Draw(strata);
            MissingTargets.Of(training.Targets, [.. kept.Select(i => rows[i])])?.RequireEach(
                options.TargetNames, "; with CrossFitting, a target needs values in two folds or more: set CrossFitting to false");
        }
    }

    /// <summary>Returns the power of two nearest to 1/400 of the rows, from 64 to 1024.</summary>
    internal static int AutomaticBatchSize(int rows)
    {
        double power = Math.Round(Math.Log2(Math.Max(1, rows / 400.0)));
        return Math.Clamp(1 << (int)power, 64, 1024);
    }

    /// <summary>Returns the batch size for a number of training rows.</summary>
    internal static int BatchSizeFor(TrainingOptions options, int rows) =>
        options.BatchSize ?? (rows <= options.WholeBatchLimit ? rows : AutomaticBatchSize(rows));

    /// <summary>Adds augmentation to the training rows.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="loss">The loss that is minimized.</param>
    /// <param name="threads">The number of threads that augment ahead of the training, at least 0.</param>
    public void Augment(AugmentationRecipe recipe, int seed, int outputs, Loss loss, int threads) => Training = new AugmentedSource(
        Training, recipe, outputs, mixesCosts: loss is not ElementwiseLoss,
        new CounterRandom((ulong)seed).Derive(RandomStreams.Augmentation), threads);

    public void Dispose()
    {
        Training.Dispose();
        Validation?.Dispose();
    }

    private static StratifiedSplit SplitFor(TrainingOptions options, bool isFold, int[] rowsOfClass, double fraction)
    {
        CounterRandom random = new CounterRandom((ulong)(isFold ? options.FirstSeed : options.Seed)).Derive(RandomStreams.Validation);
        return isFold
            ? StratifiedSplit.Fold(rowsOfClass, options.Ensemble, options.NetworkNumber - 1, random)
            : new StratifiedSplit(rowsOfClass, fraction, random);
    }

    private static void AddRows(InputStatistics statistics, LabeledRows rows, int[] members)
    {
        var features = new float[rows.Width];
        foreach (int row in members)
        {
            rows.Features.CopyTo(row, features);
            rows.Targets.AddTo(statistics, row, features);
        }
    }

    private static int[] RowsWithWeight(TrainingOptions options, LabeledRows rows, string name)
    {
        int[] members = rows.RowsWithWeight(options.ClassWeights.Given);
        return members.Length > 0
            ? members
            : throw new ArgumentException(
                $"All {name} rows have weight 0; give at least one of them, and its class, a weight above 0.", name);
    }

    private static int EvaluationSize(int batchSize) => Math.Max(batchSize, FewestRowsToEvaluateAtOnce);

    private static int BufferRows(TrainingOptions options, ExampleStream rows)
    {
        int stride = Kernels.Lanes.Stride(rows.Width);
        long bytes = (long)options.ShuffleBufferMegabytes << 20;
        long fitting = Math.Min(bytes / sizeof(float), AlignedMemory.MaximumLength) / stride;
        return (int)Math.Max(1, Math.Min(fitting, Array.MaxLength / Math.Max(1, rows.TargetWidth)));
    }
}
