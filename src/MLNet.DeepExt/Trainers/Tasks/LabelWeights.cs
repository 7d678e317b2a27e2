using System.Globalization;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// What the weights of rows are multiplied by according to their label: in the loss, the metrics and early stopping alike. Immutable.
/// </summary>
/// <example>
/// <code>
/// var options = new NeuralNetworkMulticlassTrainer.Options
/// {
///     ClassWeights = LabelWeights.Of(new Dictionary&lt;string, double> { ["red"] = 10 }),
/// };
/// </code>
/// </example>
public sealed class LabelWeights
{
    private readonly IReadOnlyDictionary<string, double>? _weights; // by label as text
    private readonly bool _isBalanced;

    private LabelWeights(bool isBalanced, IReadOnlyDictionary<string, double>? weights)
    {
        _isBalanced = isBalanced;
        _weights = weights;
    }

    /// <summary>All labels weigh 1.</summary>
    public static LabelWeights None { get; } = new(isBalanced: false, weights: null);

    /// <summary>
    /// A label weighs n / (k·n_c), n being the rows that are learned from, k the labels that these have, and n_c its own rows, so that
    /// rare labels count as much as frequent ones.
    /// </summary>
    public static LabelWeights Balanced { get; } = new(isBalanced: true, weights: null);

    /// <summary>Whether rows must be counted before the weights are known.</summary>
    internal bool IsBalanced => _isBalanced;

    /// <summary>Whether all labels weigh 1.</summary>
    internal bool IsNone => !_isBalanced && _weights is null;

    /// <summary>Weights that are given.</summary>
    /// <typeparam name="TLabel">What labels were before they became keys: <see cref="string"/>, <see cref="bool"/>, numbers.</typeparam>
    /// <param name="weights">
    /// The weight of each label, at least 0 and finite; 0 leaves its rows out. A label that is not in it weighs 1. Labels of keys that
    /// stand for nothing are their numbers, counted from 1.
    /// </param>
    /// <exception cref="ArgumentException">A weight is negative or not finite.</exception>
    public static LabelWeights Of<TLabel>(IReadOnlyDictionary<TLabel, double> weights)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(weights);
        var table = new Dictionary<string, double>();
        foreach ((TLabel label, double weight) in weights)
        {
            string text = Convert.ToString(label, CultureInfo.InvariantCulture)!;
            if (!(weight >= 0 && float.IsFinite((float)weight)))
            {
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"The weight of label '{text}' must be at least 0 and finite but is {weight}; 1 leaves its rows as they are."),
                    nameof(weights));
            }

            table[text] = weight;
        }

        return new LabelWeights(isBalanced: false, table);
    }

    /// <summary>A text that is the same for the same weights alone, in every culture.</summary>
    internal string Describe() => _isBalanced ? "balanced"
        : _weights is null ? "none"
        : string.Join(", ", _weights.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} of '{pair.Key}'")));

    /// <summary>The same, by class.</summary>
    /// <param name="columnName">The label column.</param>
    /// <param name="labels">(classes): what the classes are called.</param>
    /// <exception cref="ArgumentException">
    /// There is a weight for a label that the column does not have, or fewer than two labels weigh more than 0.
    /// </exception>
    internal ClassWeights ByClass(string columnName, string[] labels) =>
        _isBalanced ? ClassWeights.Balanced : _weights is null ? ClassWeights.None : ClassWeights.Table(Given(columnName, labels));

    /// <summary>
    /// (classes): the same as numbers by which rows are multiplied; null where they all are 1, or not known before rows are counted.
    /// </summary>
    /// <param name="columnName">The label column.</param>
    /// <param name="labels">(classes): what the classes are called.</param>
    /// <exception cref="ArgumentException">As <see cref="ByClass"/>.</exception>
    internal double[]? FactorsOf(string columnName, string[] labels)
    {
        if (_weights is null)
            return null;
        Dictionary<int, double> given = Given(columnName, labels);
        return [.. Enumerable.Range(0, labels.Length).Select(label => given.GetValueOrDefault(label, 1))];
    }

    /// <summary>(classes): the factors of <see cref="Balanced"/>, n / (k·n_c); 1 for a class without rows.</summary>
    /// <param name="rowsOfClass">(classes): how many rows there are of each.</param>
    internal static double[] BalancedFactorsOf(ReadOnlySpan<long> rowsOfClass)
    {
        long rows = 0;
        int classes = 0;
        foreach (long count in rowsOfClass)
        {
            rows += count;
            classes += count > 0 ? 1 : 0;
        }

        var factors = new double[rowsOfClass.Length];
        for (int label = 0; label < factors.Length; label++)
            factors[label] = rowsOfClass[label] == 0 ? 1 : rows / ((double)classes * rowsOfClass[label]);
        return factors;
    }

    private Dictionary<int, double> Given(string columnName, string[] labels)
    {
        var byClass = new Dictionary<int, double>();
        foreach ((string label, double weight) in _weights!)
        {
            int index = Array.IndexOf(labels, label);
            if (index < 0)
            {
                throw new ArgumentException(
                    $"ClassWeights has a weight for '{label}' but label column '{columnName}' has the values " +
                    $"{NameList.Of(labels)}; name one of these.",
                    "ClassWeights");
            }

            byClass[index] = weight;
        }

        int learned = labels.Length - byClass.Values.Count(weight => weight == 0);
        if (learned < 2)
        {
            throw new ArgumentException(
                $"ClassWeights leaves {learned} of the {labels.Length} values of label column '{columnName}' a weight above 0, " +
                "but two are needed; raise another one.",
                "ClassWeights");
        }

        return byClass;
    }
}
