using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace Extending;

/// <summary>Learns how much of each input to let through: y = g·x, feature by feature, with g learned, 1 at the beginning.</summary>
public sealed record Gate : LayerSpec
{
    public override Layer<T> Compile<T>(LayerPlace place) =>
        new GateLayer<T>(place.Slots.Vector($"{place.Name}.gate", place.Input.Width, SlotKind.Scale));
}

/// <summary>What computes it. Rows and gates are padded to a multiple of 16, and a share of the work is a rectangle of such strips.</summary>
internal sealed class GateLayer<T>(Slot gate) : Layer<T>(gate.Shape.Columns, gate.Shape.Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override IReadOnlyList<Slot> Parameters { get; } = [gate];

    // Every element alone, so that it may be shared out as the layer before it is.
    public override Split ForwardSplit => Split.Any;

    public override Split BackwardSplit => Split.Any;

    public override bool BackwardReadsX => true;

    public override bool BackwardReadsY => false;

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        var ones = new T[Inputs];
        ones.AsSpan().Fill(T.One);
        write(gate, ones);
    }

    public override void Forward(in Pass<T> pass, in Rectangle share) => Multiply(pass.X, pass, pass.Y, share);

    public override void BackwardInput(in Pass<T> pass, in Rectangle share) => Multiply(pass.DY, pass, pass.DX, share);

    // ∂J/∂g of the gates from number `from` on: the sum of dy·x over all lines.
    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        if (!accumulate)
            gradient.Clear();
        for (int line = 0; line < pass.Rows; line++)
        {
            for (int j = 0; j < gradient.Length; j++)
                gradient[j] += pass.DY[line * pass.YStride + from + j] * pass.X[line * pass.XStride + from + j];
        }
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read) =>
        graph.Operator("Mul", [x, graph.Constant(gate.Name, read(gate), Inputs)]);

    private void Multiply(ReadOnlySpan<T> from, in Pass<T> pass, Span<T> to, in Rectangle share)
    {
        ReadOnlySpan<T> gates = pass.Parameters[gate.Offset..];
        for (int line = share.RowFrom; line < share.RowTo; line++)
        {
            for (int column = share.ColumnFrom; column < share.ColumnTo; column++)
                to[line * pass.XStride + column] = gates[column] * from[line * pass.XStride + column];
        }
    }
}
