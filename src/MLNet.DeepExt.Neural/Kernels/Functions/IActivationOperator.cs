using System.Numerics;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// An activation g as an operation on vectors. Implemented by structs, so that a loop that takes one as a type argument
/// is compiled with the operation inside it.
/// </summary>
/// <remarks>
/// An element must be computed without regard to its lane. Inputs may be anything, NaN and infinities included, also in padding, whose outputs
/// are not used.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IActivationOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Whether <see cref="Derivative"/> reads x. If not, it reads y = g(x), which may then be stored in the place of x.
    /// </summary>
    static abstract bool DerivativeReadsX { get; }

    /// <summary>g(x).</summary>
    /// <param name="x">Inputs.</param>
    Vector256<T> Apply(Vector256<T> x);

    /// <summary>g'(x) where x, or y = g(x), is known.</summary>
    /// <param name="known">x if <see cref="DerivativeReadsX"/>, else y.</param>
    Vector256<T> Derivative(Vector256<T> known);
}
