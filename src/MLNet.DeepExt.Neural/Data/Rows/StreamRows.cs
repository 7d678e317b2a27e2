using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Rows of a stream that belong together: all of a weight and a class factor above 0, or those that a split gives to one side.
/// </summary>
internal sealed record StreamRows
{
    /// <summary>Where the rows come from.</summary>
    public required ExampleStream Stream { get; init; }

    /// <summary>What messages call the stream.</summary>
    public required string Name { get; init; }

    /// <summary>What the rows may have as targets.</summary>
    public required TargetCheck Check { get; init; }

    /// <summary>What the weights of the rows are multiplied by; a class of factor 0 is left out, from the counting on.</summary>
    public ClassFactors Factors { get; init; }

    /// <summary>How many rows; null until they have been counted.</summary>
    public int? Count { get; private init; }

    /// <summary>
    /// (classes): how many rows of each class the stream has, and zeros after the last one; where targets are numbers all rows are of
    /// class 0; empty until they have been counted.
    /// </summary>
    public int[] RowsOfClass { get; private init; } = [];

    /// <summary>How many of the rows lack each target; null where targets are classes, or before they have been counted.</summary>
    public MissingTargets? Missing { get; private init; }

    /// <summary>What order targets and weights came in when they were counted.</summary>
    public ulong Order { get; private init; }

    /// <summary>Whether counting also makes <see cref="FeatureCode"/>, for a checkpoint.</summary>
    public bool CodesFeatures { get; init; }

    /// <summary>The features of all rows, in their order, as one number; 0 unless <see cref="CodesFeatures"/> and counted.</summary>
    public ulong FeatureCode { get; private init; }

    /// <summary>What the rows are split by; null for all of them.</summary>
    public StratifiedSplit? Split { get; private init; }

    /// <summary>Whether these are the rows that the split holds out.</summary>
    public bool AreHeldOut { get; private init; }

    /// <summary>
    /// The same rows, of which it is known now how many they are: the stream is read to its end, or as far as that gets before it
    /// is cancelled, and every row is checked.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="statistics">Is given the features of all rows; null if nothing is learned of them.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="InvalidOperationException">A row is of no use, or there are more than can be counted.</exception>
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

    /// <summary>One side of a split.</summary>
    public StreamRows Part(StratifiedSplit split, bool heldOut) => this with
    {
        Count = heldOut ? split.HeldOut : RowsOfClass.Sum() - split.HeldOut,
        Split = split,
        AreHeldOut = heldOut,
    };

    /// <summary>Reads the rows, which must have been counted, into memory; or some of them when it is cancelled.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="otherSide">Is given the features of the rows on the other side of the split; null if nothing is learned of them.</param>
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
