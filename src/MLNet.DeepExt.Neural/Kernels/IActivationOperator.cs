using System.Numerics;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// An activation g as an operation on vectors. Implemented by structs, so that a loop that takes one as a type argument
/// is compiled with the operation inside it.
/// </summary>
internal interface IActivationOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>g(x).</summary>
    Vector256<T> Apply(Vector256<T> x);

    /// <summary>g'(x), told from y = g(x), which stands where x was.</summary>
    Vector256<T> Derivative(Vector256<T> y);
}
