using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Clipping;

/// <summary>Every element of the gradient is brought into [-limit, limit]. This changes its direction.</summary>
/// <param name="Limit">The limit, above 0.</param>
/// <remarks>Equal to PyTorch's <c>clip_grad_value_</c> and Keras's <c>clipvalue</c>.</remarks>
public sealed record ClipByValue(double Limit) : GradientClipping
{
    /// <inheritdoc/>
    public override double Limit { get; init; } = Limit;

    internal override bool NeedsNorms => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Clip<T>(Span<T> gradient, double norm, double globalNorm)
    {
        var limit = Vector256.Create(T.CreateTruncating(Limit));
        ref T g = ref MemoryMarshal.GetReference(gradient);
        for (nuint i = 0; i < (nuint)gradient.Length; i += (nuint)Vector256<T>.Count)
            Vector256.Min(Vector256.Max(Vector256.LoadUnsafe(ref g, i), -limit), limit).StoreUnsafe(ref g, i);
    }
}
