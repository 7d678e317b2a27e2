namespace MLNet.DeepExt.Neural.Data;

/// <summary>Examples in memory: rows of features, each with its class and its weight.</summary>
public sealed class LabeledRows
{
    /// <summary>Takes examples with all features written out. The arrays are kept, not copied, and must not change.</summary>
    /// <param name="width">Features of a row, at least 1.</param>
    /// <param name="features">(rows, width), row-major; may be longer.</param>
    /// <param name="classes">(rows): the class of each row, counted from 0.</param>
    /// <param name="weights">
    /// (rows): the weight of each row in the loss, at least 0 and finite; 1 for every row if left out. 0 leaves a row out.
    /// </param>
    /// <exception cref="ArgumentException">The lengths do not fit, a class is negative, or a weight is negative or not finite.</exception>
    public LabeledRows(int width, float[] features, int[] classes, float[]? weights = null)
        : this(DenseFeatures(width, features, classes), classes, weights)
    {
    }

    /// <summary>Takes examples, for instance with sparse features. The arrays are kept, not copied, and must not change.</summary>
    /// <param name="features">The features of the rows; may be more rows.</param>
    /// <param name="classes">(rows): the class of each row, counted from 0.</param>
    /// <param name="weights">
    /// (rows): the weight of each row in the loss, at least 0 and finite; 1 for every row if left out. 0 leaves a row out.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are fewer rows of features than classes, a class is negative, or a weight is negative or not finite.
    /// </exception>
    public LabeledRows(FeatureRows features, int[] classes, float[]? weights = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(classes);
        if (features.Count < classes.Length)
        {
            throw new ArgumentException(
                $"There are {classes.Length} classes for {features.Count} rows of features; give one class per row.", nameof(features));
        }

        RequireUsable(classes, weights);
        Features = features;
        Classes = classes;
        Weights = weights;
    }

    /// <summary>How many rows.</summary>
    public int Count => Classes.Length;

    /// <summary>Features of a row.</summary>
    public int Width => Features.Width;

    /// <summary>The features; may be of more rows.</summary>
    internal FeatureRows Features { get; }

    internal int[] Classes { get; }

    internal float[]? Weights { get; }

    internal float WeightOf(int row) => Weights is null ? 1 : Weights[row];

    /// <summary>The numbers of the rows that count: those of a weight above 0.</summary>
    internal int[] RowsWithWeight() => [.. Enumerable.Range(0, Count).Where(row => WeightOf(row) > 0)];

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

    private static void RequireUsable(int[] classes, float[]? weights)
    {
        int negative = Array.FindIndex(classes, label => label < 0);
        if (negative >= 0)
            throw new ArgumentException($"Row {negative} has class {classes[negative]}; classes are counted from 0.", nameof(classes));
        if (weights is not null && weights.Length != classes.Length)
        {
            throw new ArgumentException(
                $"There are {weights.Length} weights for {classes.Length} rows; give one weight per row.", nameof(weights));
        }

        int unusable = weights is null ? -1 : Array.FindIndex(weights, weight => !(weight >= 0 && float.IsFinite(weight)));
        if (unusable >= 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Row {unusable} has weight {weights![unusable]}; a weight must be at least 0 and finite."), nameof(weights));
        }
    }
}
