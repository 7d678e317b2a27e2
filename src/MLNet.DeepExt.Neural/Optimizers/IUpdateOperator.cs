using System.Numerics;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>What a transform does to each element alone; <see cref="UpdateLoop"/> is the loop around it.</summary>
internal interface IUpdateOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many numbers it remembers of each parameter: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>Whether it reads the parameter.</summary>
    static abstract bool ReadsParameters { get; }

    /// <summary>What the gradient becomes.</summary>
    /// <param name="gradient">The gradient.</param>
    /// <param name="parameter">The parameter before the step; 0 where it is not read.</param>
    /// <param name="first">The first number that is remembered; in the old one, out the new one.</param>
    /// <param name="second">The second one.</param>
    Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> first, ref Vector256<T> second);
}
