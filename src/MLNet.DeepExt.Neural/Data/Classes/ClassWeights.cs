namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// What the weights of rows are multiplied by according to their class: in the loss, in the metrics and in what training is stopped by
/// alike, of training rows and of validation rows. Immutable; equal by value. For targets that are classes.
/// </summary>
/// <remarks>A class of weight 0 is left out, as rows of weight 0 are.</remarks>
/// <example>
/// <code>
/// var options = new TrainingOptions { ClassWeights = ClassWeights.Balanced };
/// var other = new TrainingOptions { ClassWeights = ClassWeights.Table(new Dictionary&lt;int, double> { [1] = 10 }) };
/// </code>
/// </example>
public abstract record ClassWeights
{
    private protected ClassWeights()
    {
    }

    /// <summary>All classes weigh 1.</summary>
    public static ClassWeights None { get; } = new EqualClassWeights();

    /// <summary>
    /// A class weighs n / (k·n_c), n being the rows that are learned from, k the classes that these have, and n_c its own rows, so that
    /// all classes weigh the same in sum if their rows do. As scikit-learn's <c>class_weight="balanced"</c>.
    /// </summary>
    public static ClassWeights Balanced { get; } = new BalancedClassWeights();

    /// <summary>Weights that are given.</summary>
    /// <param name="weights">The weight of each class, at least 0 and finite. A class that is not in it weighs 1.</param>
    /// <exception cref="ArgumentException">A class is negative, or a weight negative or not finite.</exception>
    public static ClassWeights Table(IReadOnlyDictionary<int, double> weights) => new ClassWeightTable(weights);

    /// <summary>What is known before rows are counted: all that leaves classes out.</summary>
    internal abstract ClassFactors Given { get; }

    /// <summary>What the weights of rows are multiplied by.</summary>
    /// <param name="rowsOfClass">(classes): how many rows of each class are learned from.</param>
    internal abstract ClassFactors For(ReadOnlySpan<int> rowsOfClass);

    /// <summary>
    /// Throws an <see cref="ArgumentException"/> that says what is wrong, if there is a weight for a class that cannot be learned.
    /// </summary>
    internal abstract void Validate(TargetCheck check);

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong, if rows have no classes to weigh.</summary>
    internal void RequireClasses(int targetWidth, string name)
    {
        if (targetWidth > 0 && this != None)
        {
            throw new ArgumentException(
                $"ClassWeights weigh classes but the {name} rows have numbers as targets; leave ClassWeights at None.", name);
        }
    }
}
