using System.Numerics;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The activation that changes nothing: g(x) = x, g'(x) = 1. For the output of a regression.</summary>
public sealed record Linear : Activation, IAffine
{
    internal override Initializer SuggestedInitializer => new Glorot();

    internal override FlatOutputs FlatOutputs => FlatOutputs.None;

    internal override string Detail => "";

    internal override void Validate() { }

    internal override string Describe(IOperatorGraph graph, string x) => x;

    internal override Layer<T> Compile<T>(LayerPlace place) => new ActivationLayer<T, Operator<T>>(this, place.Inputs, default);

    private readonly struct Operator<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => false;

        public Vector256<T> Apply(Vector256<T> x) => x;

        public Vector256<T> Derivative(Vector256<T> y) => Vector256<T>.One;
    }
}
