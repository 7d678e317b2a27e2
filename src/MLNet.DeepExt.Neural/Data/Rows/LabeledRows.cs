namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Labelled rows in memory: features, and for each row its target, which is a class or one or more numbers, and its weight.
/// </summary>
public sealed class LabeledRows
{
    /// <summary>Wraps arrays of dense rows. The arrays are not copied, and must not change.</summary>
    /// <param name="width">The number of features of a row, at least 1.</param>
    /// <param name="features">(rows, width), row-major; may be longer.</param>
    /// <param name="classes">(rows): the class of each row, counted from 0.</param>
    /// <param name="weights">
    /// (rows): the weight of each row in the loss, at least 0 and finite; 1 for every row if omitted. a row of weight 0 is ignored.
    /// </param>
    /// <exception cref="ArgumentException">The lengths do not fit, a class is negative, or a weight is negative or not finite.</exception>
    public LabeledRows(int width, float[] features, int[] classes, float[]? weights = null)
        : this(DenseFeatures(width, features, classes), new ClassRows(classes), weights)
    {
    }

    /// <summary>Wraps dense or sparse rows. The arrays are not copied, and must not change.</summary>
    /// <param name="features">The features of the rows; it may contain more rows.</param>
    /// <param name="classes">(rows): the class of each row, counted from 0.</param>
    /// <param name="weights">
    /// (rows): the weight of each row in the loss, at least 0 and finite; 1 for every row if omitted. a row of weight 0 is ignored.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are fewer rows of features than classes, a class is negative, or a weight is negative or not finite.
    /// </exception>
    public LabeledRows(FeatureRows features, int[] classes, float[]? weights = null)
        : this(features, new ClassRows(classes), weights)
    {
    }

    /// <summary>
    /// Wraps rows whose targets are numbers: values to predict, a 0 or 1 per label, or probabilities of classes. The arrays are
    /// not copied, and must not change.
    /// </summary>
    /// <param name="features">The features of the rows; it may contain more rows.</param>
    /// <param name="targetWidth">The number of targets per row, at least 1.</param>
    /// <param name="targets">
    /// (rows, targetWidth), row-major. The loss defines the allowed values. All losses except <see cref="Losses.SoftmaxCrossEntropy"/> allow NaN
    /// for a missing value: nothing is learned from it, a warning has the number of missing values of each target, and a target without any value
    /// in the training rows is an error. An infinite value is an error with every loss.
    /// </param>
    /// <param name="weights">
    /// (rows): the weight of each row in the loss, at least 0 and finite; 1 for every row if omitted. a row of weight 0 is ignored.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The width of the targets is below 1.</exception>
    /// <exception cref="ArgumentException">
    /// There are fewer rows of features than targets, the last row of targets is not complete, or a weight is negative or not finite.
    /// </exception>
    /// <example>
    /// Two rows of one feature, each with two numbers to predict:
    /// <code>
    /// var rows = new LabeledRows(new DenseRows(1, [3f, 5f]), targetWidth: 2, targets: [9f, 27f, 25f, 125f]);
    /// </code>
    /// </example>
    public LabeledRows(FeatureRows features, int targetWidth, float[] targets, float[]? weights = null)
        : this(features, new ValueRows(targetWidth, targets), weights)
    {
    }

    internal LabeledRows(FeatureRows features, TargetRows targets, float[]? weights)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count < targets.Count)
        {
            (string kinds, string kind) = targets.Width == 0 ? ("classes", "class") : ("targets", "target");
            throw new ArgumentException(
                $"There are {targets.Count} {kinds} for {features.Count} rows of features; give one {kind} per row.", nameof(features));
        }

        RequireUsable(targets.Count, weights);
        Features = features;
        Targets = targets;
        Weights = weights;
    }

    /// <summary>The number of rows.</summary>
    public int Count => Targets.Count;

    /// <summary>The number of features of a row.</summary>
    public int Width => Features.Width;

    /// <summary>True if the features are sparse.</summary>
    public bool AreSparse => Features is SparseRows;

    /// <summary>The number of targets per row; 0 for class targets.</summary>
    public int TargetWidth => Targets.Width;

    /// <summary>The features; may contain more rows.</summary>
    internal FeatureRows Features { get; }

    internal TargetRows Targets { get; }

    internal float[]? Weights { get; }

    internal float WeightOf(int row) => Weights is null ? 1 : Weights[row];

    /// <summary>Returns the indices of the rows with a weight and a class factor above 0.</summary>
    internal int[] RowsWithWeight(ClassFactors factors) =>
        [.. Enumerable.Range(0, Count).Where(row => WeightOf(row) > 0 && factors.Of(Targets.StratumOf(row)) > 0)];

    private static DenseRows DenseFeatures(int width, float[] features, int[] classes)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        long needed = (long)classes.Length * width;
        if (features.Length < needed)
        {
            throw new ArgumentException(
                $"{classes.Length} rows of {width} features need {needed} numbers but there are {features.Length}.", nameof(features));
        }

        return new DenseRows(width, features);
    }

    private static void RequireUsable(int count, float[]? weights)
    {
        if (weights is not null && weights.Length != count)
        {
            throw new ArgumentException(
                $"There are {weights.Length} weights for {count} rows; give one weight per row.", nameof(weights));
        }

        int unusable = weights is null ? -1 : Array.FindIndex(weights, weight => !(weight >= 0 && float.IsFinite(weight)));
        if (unusable >= 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Row {unusable} has weight {weights![unusable]}; a weight must be at least 0 and finite."), nameof(weights));
        }
    }
}
