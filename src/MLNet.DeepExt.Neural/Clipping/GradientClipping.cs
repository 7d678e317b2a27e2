using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Clipping;

/// <summary>
/// A limit on gradients, before the optimizer sees them, so that a rare steep place does not throw the weights far away. An immutable
/// value.
/// </summary>
/// <remarks>
/// It is applied to the gradient of the whole cost, a regularizer's smooth part included. What is not a number stays so, and
/// training ends with an error as ever.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ClipByGlobalNorm), nameof(ClipByGlobalNorm))]
[JsonDerivedType(typeof(ClipByNorm), nameof(ClipByNorm))]
[JsonDerivedType(typeof(ClipByValue), nameof(ClipByValue))]
public abstract record GradientClipping
{
    /// <summary>The limit, above 0.</summary>
    public abstract double Limit { get; init; }

    /// <summary>Whether norms must be known before any gradient can be clipped.</summary>
    internal abstract bool NeedsNorms { get; }

    /// <summary>Clips a range of the gradient of one parameter slot, in place.</summary>
    /// <param name="gradient">(n): whole strips.</param>
    /// <param name="norm">‖·‖₂ of the gradient of the slot; 0 where norms are not needed.</param>
    /// <param name="globalNorm">‖·‖₂ of the gradient of all parameters; 0 where norms are not needed.</param>
    internal abstract void Clip<T>(Span<T> gradient, double norm, double globalNorm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Throws an <see cref="ArgumentException"/> that says what is wrong, if something is.</summary>
    internal void Validate()
    {
        if (!(Limit > 0 && double.IsFinite(Limit)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Limit of {GetType().Name} must be above 0 but is {Limit}; leave clipping out to have none."), nameof(Limit));
        }
    }

    /// <summary>Scales the gradient by limit / norm where the norm exceeds the limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected void Scale<T>(Span<T> gradient, double norm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (norm > Limit)
            Elementwise.Scale(gradient, T.CreateTruncating(Limit / norm));
    }
}
