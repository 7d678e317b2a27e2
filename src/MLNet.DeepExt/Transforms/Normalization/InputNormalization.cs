using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Transforms.Normalization;

/// <summary>
/// What was learned of a column, by which each of its slots is normalized, and brought back. Immutable, and safe to use from several
/// threads.
/// </summary>
public abstract class InputNormalization
{
    private protected InputNormalization(int slotCount) => SlotCount = slotCount;

    /// <summary>The slots of the column; 1 for a scalar column.</summary>
    public int SlotCount { get; }

    /// <summary>values: (slots), normalized in place, each by itself.</summary>
    internal abstract void Normalize(Span<float> values);

    /// <summary>values: (slots), normalized ones brought back in place to the units of the column.</summary>
    internal abstract void Denormalize(Span<float> values);

    /// <summary>Takes down <see cref="Normalize"/> as operators, in double precision as there.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="values">The name of the values, float (rows, slots).</param>
    /// <returns>The name of the result.</returns>
    internal string EmitNormalize(IOperatorGraph graph, string values) =>
        Narrow(graph, EmitNormalizeWide(graph, Widen(graph, values)));

    /// <summary>Takes down <see cref="Denormalize"/> likewise.</summary>
    internal string EmitDenormalize(IOperatorGraph graph, string values) =>
        Narrow(graph, EmitDenormalizeWide(graph, Widen(graph, values)));

    internal abstract void Save(BinaryWriter writer);

    private protected abstract string EmitNormalizeWide(IOperatorGraph graph, string x);

    private protected abstract string EmitDenormalizeWide(IOperatorGraph graph, string y);

    private static string Widen(IOperatorGraph graph, string values) =>
        graph.Operator("Cast", [values], [new OperatorAttribute("to", typeof(double))]);

    private static string Narrow(IOperatorGraph graph, string values) =>
        graph.Operator("Cast", [values], [new OperatorAttribute("to", typeof(float))]);
}
