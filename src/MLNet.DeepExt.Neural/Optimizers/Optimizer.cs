using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// A <see cref="GradientTransform"/> that converts a gradient to an update with a step size: a rule such as <see cref="Adam"/>, or a
/// <see cref="Chain"/> that contains one.
/// </summary>
public abstract record Optimizer : GradientTransform
{
    /// <summary>The step size α, which a schedule multiplies by its factor; above 0.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>A step size that suits most networks. The message for an invalid step size recommends it.</summary>
    public abstract double UsualLearningRate { get; }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Append(CultureInfo.InvariantCulture, $"LearningRate = {LearningRate}");
        return true;
    }

    /// <summary>Throws if the step size is not above 0.</summary>
    private protected void RequireLearningRate()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"LearningRate must be above 0 but is {LearningRate}; {UsualLearningRate} suits most networks."), nameof(LearningRate));
        }
    }

    /// <summary>Throws if the weight of the previous value in an average is not in [0, 1).</summary>
    private protected static void RequireFraction(double value, string name, double usual)
    {
        if (!(value >= 0 && value < 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name} must be in [0, 1) but is {value}; {usual} is the usual value."),
                name);
        }
    }

    /// <summary>Throws if ε is not above 0, also in single precision.</summary>
    private protected static void RequireEpsilon(double epsilon)
    {
        if (!((float)epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Epsilon must be above 0 but is {epsilon}; 1e-8 is the usual value."),
                "Epsilon");
        }
    }
}
