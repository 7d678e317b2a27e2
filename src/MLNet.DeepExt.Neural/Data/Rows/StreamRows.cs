using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// The used rows of a stream: all rows with a weight and a class factor above 0, or one side of a split of them.
/// </summary>
internal sealed record StreamRows
{
    /// <summary>The stream.</summary>
    public required ExampleStream Stream { get; init; }

    /// <summary>The name of the stream in messages.</summary>
    public required string Name { get; init; }

    /// <summary>The validation of targets.</summary>
    public required TargetCheck Check { get; init; }

    /// <summary>The factors of the row weights. Rows of a class with factor 0 are skipped and not counted.</summary>
    public ClassFactors Factors { get; init; }

    /// <summary>The number of rows; null before they are counted.</summary>
    public int? Count { get; private init; }

    /// <summary>
    /// (classes): the number of rows of each class in the stream, with zeros after the last class. All rows have
    /// class 0 if targets are numbers. Empty before they are counted.
    /// </summary>
    public int[] RowsOfClass { get; private init; } = [];

    /// <summary>The number of rows in which each target is missing; null for class targets, or before the rows are counted.</summary>
    public MissingTargets? Missing { get; private init; }

    /// <summary>The hash of the order of targets and weights in the counting pass.</summary>
    public ulong Order { get; private init; }

    /// <summary>True if counting also computes <see cref="FeatureCode"/>, for a checkpoint.</summary>
    public bool CodesFeatures { get; init; }

    /// <summary>The hash of the features of all rows, in order; 0 unless <see cref="CodesFeatures"/> and counted.</summary>
    public ulong FeatureCode { get; private init; }

    /// <summary>The split of the rows; null for all rows.</summary>
    public StratifiedSplit? Split { get; private init; }

    /// <summary>True if these are the held-out rows of the split.</summary>
    public bool AreHeldOut { get; private init; }

    /// <summary>
    /// Returns the same rows with their number: reads the stream to its end, or until
    /// cancellation, and validates every row.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="statistics">Receives the features of all rows; null if not needed.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="InvalidOperationException">A row is not valid, or there are too many rows.</exception>
    public StreamRows Counted(CancellationToken cancellationToken, InputStatistics? statistics = null)
    {
        int[] rowsOfClass = [];
        var features = new float[Stream.Width];
        var missing = new int[Stream.TargetWidth];
        int count = 0;
        ulong code = 0;
        using var pass = new ExamplePass(this);
        while (!cancellationToken.IsCancellationRequested && pass.MoveNext())
        {
            pass.CopyFeatures(features);
            pass.AddTo(statistics, features);
            if (CodesFeatures)
                code = DataFingerprint.Mix(code, features);
            if (count == int.MaxValue)
            {
                throw new InvalidOperationException(
                    FormattableString.Invariant($"The {Name} stream has more than {count} rows; take fewer rows."));
            }

            count++;
            MissingTargets.Count(pass.Values, missing);
            if (pass.Class >= rowsOfClass.Length)
                Array.Resize(ref rowsOfClass, Math.Max(pass.Class + 1, 2 * rowsOfClass.Length));
            rowsOfClass[pass.Class]++;
        }

        if (count > 0 || cancellationToken.IsCancellationRequested)
        {
            return this with
            {
                Count = count,
                RowsOfClass = rowsOfClass,
                Missing = missing.Length == 0 ? null : new MissingTargets(count, missing),
                Order = pass.Order,
                FeatureCode = code,
            };
        }

        throw new ArgumentException(
            pass.RowId < 0
                ? $"There are no {Name} rows; give it at least one."
                : Factors.AreNone
                    ? $"All {Name} rows have weight 0; give at least one of them a weight above 0."
                    : $"All {Name} rows have weight 0; give at least one of them, and its class, a weight above 0.",
            Name);
    }

    /// <summary>Returns one side of a split.</summary>
    public StreamRows Part(StratifiedSplit split, bool heldOut) => this with
    {
        Count = heldOut ? split.HeldOut : RowsOfClass.Sum() - split.HeldOut,
        Split = split,
        AreHeldOut = heldOut,
    };

    /// <summary>Reads the rows, which must have been counted, into memory; only some of them after cancellation.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="otherSide">Receives the features of the rows on the other side of the split; null if not needed.</param>
    public LabeledRows ReadAll(CancellationToken cancellationToken, InputStatistics? otherSide = null)
    {
        int width = Stream.Width, count = Count!.Value;
        var features = new float[checked(count * width)];
        TargetRows targets = TargetRows.Allocate(count, Stream.TargetWidth);
        var weights = new float[count];
        using var pass = new ExamplePass(this, otherSide);
        for (int row = 0; !cancellationToken.IsCancellationRequested && pass.MoveNext(); row++)
        {
            pass.CopyFeatures(features.AsSpan(row * width, width));
            targets.Read(row, pass);
            weights[row] = pass.Weight;
        }

        return new LabeledRows(new DenseRows(width, features), targets, weights);
    }
}
