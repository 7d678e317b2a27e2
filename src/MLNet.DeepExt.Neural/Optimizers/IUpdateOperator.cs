using System.Numerics;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>The operation of an elementwise transform; <see cref="UpdateLoop"/> applies it to all elements.</summary>
internal interface IUpdateOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of state values per parameter: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>True if it reads the parameter.</summary>
    static abstract bool ReadsParameters { get; }

    /// <summary>Returns the new gradient.</summary>
    /// <param name="gradient">The gradient.</param>
    /// <param name="parameter">The parameter before the step; 0 if it is not read.</param>
    /// <param name="first">The first state value: the old one on entry, the new one on return.</param>
    /// <param name="second">The second state value.</param>
    Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> first, ref Vector256<T> second);
}
