namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// The factors of row weights by class, for class targets. They apply to the loss, the metrics and early stopping, to training rows
/// and validation rows. Immutable; compared by value.
/// </summary>
/// <remarks>Rows of a class with weight 0 are ignored, like rows of weight 0.</remarks>
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

    /// <summary>All classes have weight 1.</summary>
    public static ClassWeights None { get; } = new EqualClassWeights();

    /// <summary>
    /// Every class has the weight n / (k·n_c), where n is the number of training rows, k the number of their classes, and n_c the number of rows of
    /// the class. All classes then have the same total weight if their rows have equal weights. scikit-learn: <c>class_weight="balanced"</c>.
    /// </summary>
    public static ClassWeights Balanced { get; } = new BalancedClassWeights();

    /// <summary>Creates class weights from a table.</summary>
    /// <param name="weights">The weight of each class, at least 0 and finite. A class without an entry has weight 1.</param>
    /// <exception cref="ArgumentException">A class is negative, or a weight negative or not finite.</exception>
    public static ClassWeights Table(IReadOnlyDictionary<int, double> weights) => new ClassWeightTable(weights);

    /// <summary>Returns the factors that are known before rows are counted: the factors 0.</summary>
    internal abstract ClassFactors Given { get; }

    /// <summary>Returns the factors of row weights.</summary>
    /// <param name="rowsOfClass">(classes): the number of training rows of each class.</param>
    internal abstract ClassFactors For(ReadOnlySpan<int> rowsOfClass);

    /// <summary>
    /// Throws an <see cref="ArgumentException"/> if there is a weight for a class that the loss does not support.
    /// </summary>
    internal abstract void Validate(TargetCheck check);

    /// <summary>Throws an <see cref="ArgumentException"/> if rows have no classes.</summary>
    internal void RequireClasses(int targetWidth, string name)
    {
        if (targetWidth > 0 && this != None)
        {
            throw new ArgumentException(
                $"ClassWeights needs classes but the {name} rows have numbers as targets; leave ClassWeights at None.", name);
        }
    }
}
