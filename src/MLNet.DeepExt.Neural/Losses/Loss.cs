using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// What training minimizes: the weighted mean of a cost per row, J = Σ w·L(z, target) / Σ w, computed from the network's
/// last pre-activations z (logits), and the output that belongs to it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AbsoluteError), nameof(AbsoluteError))]
[JsonDerivedType(typeof(BinaryCrossEntropy), nameof(BinaryCrossEntropy))]
[JsonDerivedType(typeof(Focal), nameof(Focal))]
[JsonDerivedType(typeof(Huber), nameof(Huber))]
[JsonDerivedType(typeof(Quantile), nameof(Quantile))]
[JsonDerivedType(typeof(SoftmaxCrossEntropy), nameof(SoftmaxCrossEntropy))]
[JsonDerivedType(typeof(SquaredError), nameof(SquaredError))]
public abstract record Loss
{
    /// <summary>The least share of a class in a constant prediction: one without training rows may be among the validation rows.</summary>
    private protected const double LeastShare = 1e-4;

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong, if a network cannot have so many outputs.</summary>
    internal abstract void Validate(int outputs);

    /// <summary>
    /// Why rows of a class cannot be compared with so many outputs, to follow "The target has class 3 but"; null if they can.
    /// </summary>
    internal abstract string? FaultOfClass(int outputs, int label);

    /// <summary>
    /// Why rows of so many numbers cannot be compared with so many outputs, to follow "The target has 3 values per row but"; null if
    /// they can.
    /// </summary>
    internal abstract string? FaultOfWidth(int outputs, int width);

    /// <summary>
    /// Why a number, NaN where it is missing, cannot be the target of an output, to follow "Row 3 of the target has the value 2;"; null
    /// if it can.
    /// </summary>
    internal abstract string? FaultOfValue(double value);

    /// <summary>
    /// Throws an <see cref="ArgumentException"/> that says what is wrong, if so many outputs cannot be compared with the target.
    /// </summary>
    internal void Validate<T>(int outputs, Target<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Validate(outputs);
        foreach (int label in target.Classes)
        {
            if (FaultOfClass(outputs, label) is { } fault)
                throw new ArgumentException(FormattableString.Invariant($"The target has class {label} but {fault}."), nameof(target));
        }

        if (target.Values is { } values)
            RequireUsable(outputs, values);
    }

    /// <summary>The cost of each row in [from, to).</summary>
    /// <param name="logits">(rows, outputs).</param>
    /// <param name="target">What the outputs should be.</param>
    /// <param name="costs">(rows): receives L of each row, without its weight.</param>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    internal abstract void Cost<T>(DenseBlock<T> logits, Target<T> target, Span<double> costs, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The cost of each row in [from, to), and its gradient ∂J/∂z.</summary>
    /// <param name="logits">(rows, outputs).</param>
    /// <param name="target">What the outputs should be.</param>
    /// <param name="weights">(rows).</param>
    /// <param name="totalWeight">Σ w over the batch.</param>
    /// <param name="costs">(rows): receives L of each row, without its weight.</param>
    /// <param name="gradient">(rows, outputs): receives w / Σ w · ∂L/∂z, and zeros in its padding.</param>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    internal abstract void CostAndGradient<T>(
        DenseBlock<T> logits, Target<T> target, ReadOnlySpan<T> weights, double totalWeight, Span<double> costs,
        DenseBlock<T> gradient, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Turns one row of logits into what a user wants to see, such as probabilities.</summary>
    /// <param name="logits">(outputs padded to strips).</param>
    /// <param name="outputs">(outputs padded to strips); may be the memory of the logits.</param>
    /// <param name="width">Outputs of the network.</param>
    internal abstract void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Takes down what <see cref="Activate"/> computes.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="logits">The name of the logits, (rows, outputs), there.</param>
    /// <param name="width">Outputs of the network.</param>
    /// <returns>The name of what a user wants to see, (rows, outputs).</returns>
    internal abstract string Describe(IOperatorGraph graph, string logits, int width);

    /// <summary>The logit of an output that gives every row the mean of its targets, whatever the features.</summary>
    /// <param name="mean">The mean over rows: of a class the share of its rows.</param>
    /// <param name="target">Which target, or class, it is the mean of.</param>
    internal abstract double LogitOf(double mean, int target);

    /// <summary>Which output is what is predicted: the largest; of several numbers the largest in its units.</summary>
    /// <param name="logits">(outputs).</param>
    /// <param name="shares">
    /// (outputs), zeros: receives what each counts for in the prediction, which is 1 in all, for the output alone or for two between which it is
    /// interpolated.
    /// </param>
    internal virtual int Predicted(ReadOnlySpan<float> logits, Span<float> shares)
    {
        int largest = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[largest])
                largest = i;
        }

        shares[largest] = 1;
        return largest;
    }

    private void RequireUsable<T>(int outputs, DenseBlock<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (FaultOfWidth(outputs, values.Width) is { } fault)
            throw new ArgumentException($"The target has {values.Width} values per row but {fault}.", "target");
        for (int row = 0; row < values.Rows; row++)
        {
            foreach (T value in values.Row(row))
            {
                if (FaultOfValue(double.CreateTruncating(value)) is { } faultOfValue)
                {
                    throw new ArgumentException(
                        FormattableString.Invariant($"Row {row} of the target has the value {value}; {faultOfValue}."),
                        "target");
                }
            }
        }
    }
}
