using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>A Dense with a bug in its way back, for what is to find it.</summary>
internal sealed record FaultyDense(int Units, FaultyDense.Bug Planted) : LayerSpec
{
    /// <summary>What is wrong. The first two are those of the course's assignment.</summary>
    public enum Bug
    {
        /// <summary>dW is twice what it should be.</summary>
        DoubledWeightGradient,

        /// <summary>db is four times what it should be.</summary>
        FourfoldBiasGradient,

        /// <summary>dW has the wrong sign in its first element.</summary>
        SignOfOneWeight,

        /// <summary>dx is half of what it should be.</summary>
        HalvedInputGradient,
    }

    public override TensorShape OutputShape(TensorShape input) => input.WithWidth(Units);

    public override Layer<T> Compile<T>(LayerPlace place) =>
        new FaultyLayer<T>((DenseLayer<T>)new Dense(Units).Compile<T>(place), Planted);

    private sealed class FaultyLayer<T>(DenseLayer<T> right, Bug bug) : Layer<T>(right.Inputs, right.Outputs)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        public override IReadOnlyList<Slot> Parameters => right.Parameters;

        public override IReadOnlyList<Slot> Buffers => right.Buffers;

        public override Split ForwardSplit => right.ForwardSplit;

        public override Split BackwardSplit => right.BackwardSplit;

        public override bool BackwardReadsX => true;

        public override bool BackwardReadsY => false;

        public override void Initialize(CounterRandom random, SlotWriter<T> write) => right.Initialize(random, write);

        public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read) => right.Emit(graph, x, read);

        public override void Forward(in Pass<T> pass, in Rectangle share) => right.Forward(pass, share);

        public override void BackwardInput(in Pass<T> pass, in Rectangle share)
        {
            right.BackwardInput(pass, share);
            if (bug == Bug.HalvedInputGradient)
                Multiply(pass.DX, 0.5);
        }

        public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
        {
            right.BackwardParameters(pass, slot, from, gradient, accumulate);
            bool isWeight = slot.Kind == SlotKind.Weight;
            if (bug == Bug.DoubledWeightGradient && isWeight)
                Multiply(gradient, 2);
            if (bug == Bug.FourfoldBiasGradient && !isWeight)
                Multiply(gradient, 4);
            if (bug == Bug.SignOfOneWeight && isWeight && from == 0)
                Multiply(gradient[..1], -1);
        }

        private static void Multiply(Span<T> numbers, double factor)
        {
            foreach (ref T number in numbers)
                number *= T.CreateTruncating(factor);
        }
    }
}
