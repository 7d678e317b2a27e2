using System.Numerics;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;

namespace Extending;

/// <summary>The activation g(x) = sin x, with g' = cos x. It has no ONNX operators, so a network with it cannot be exported.</summary>
public sealed record Sine : Activation
{
    public override Layer<T> Compile<T>(LayerPlace place) => Elementwise<T, Operator<T>>(place, default);

    private readonly struct Operator<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => true;

        public Vector256<T> Apply(Vector256<T> x) => Each(x, T.Sin);

        public Vector256<T> Derivative(Vector256<T> known) => Each(known, T.Cos);

        private static Vector256<T> Each(Vector256<T> x, Func<T, T> function)
        {
            Vector256<T> y = x;
            for (int i = 0; i < Vector256<T>.Count; i++)
                y = y.WithElement(i, function(x[i]));
            return y;
        }
    }
}
