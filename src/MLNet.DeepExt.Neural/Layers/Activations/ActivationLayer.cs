using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

internal sealed class ActivationLayer<T, TOperator>(Activation spec, int width, TOperator g) : Layer<T>(width, width), IActivationLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TOperator : struct, IActivationOperator<T>
{
    public override Split ForwardSplit => Split.Any;

    public override Split BackwardSplit => Split.Any;

    public override bool BackwardReadsX => TOperator.DerivativeReadsX;

    public override bool BackwardReadsY => !TOperator.DerivativeReadsX;

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read) => spec.Emit(graph, x);

    public Layer<T> WithShare(Slot share) => new ParametricActivationLayer<T, TOperator>(spec, share, g);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        int start = share.Offset(pass.XStride);
        if (!share.IsEmpty)
            Elementwise.Apply(g, share.Rows, share.Width, pass.XStride, pass.X[start..], pass.Y[start..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        int start = share.Offset(pass.XStride);
        ReadOnlySpan<T> known = TOperator.DerivativeReadsX ? pass.X : pass.Y;
        if (!share.IsEmpty)
        {
            Elementwise.ApplyGradient(
                g, share.Rows, share.Width, pass.XStride, known[start..], pass.DY[start..], pass.DX[start..]);
        }
    }
}
