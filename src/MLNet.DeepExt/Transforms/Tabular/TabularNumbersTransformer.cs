using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Transforms.Normalization;
using MLNet.DeepExt.Transforms.Tabular;

[assembly: LoadableModel<TabularNumbersTransformer>]
[assembly: LoadableTransform<TabularNumbersTransformer>]
[assembly: LoadableMapper<TabularNumbersTransformer>]

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>
/// The numbers of a table, all in one vector: replaces those that are missing, brings every slot to mean 0 and variance 1, and adds the
/// indicators of what is missing. One pass over a row for all of it, so that a column costs the same however many there are.
/// </summary>
internal sealed class TabularNumbersTransformer(
    IHost host, InputOutputColumnPair columns, NumberGaps gaps, MeanVarianceNormalization normalization)
    : ColumnTransformer(host, [columns]), ILoadableModel<TabularNumbersTransformer>
{
    // Bytes in a file: a replacement and the number of an indicator; the length of a name.
    private const int SmallestSlot = sizeof(float) + sizeof(int);
    private const int SmallestName = sizeof(byte);

    static ModelFormat ILoadableModel<TabularNumbersTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXTABNUM", "DeepExtTabularNumbers", "numbers of a table");

    static TabularNumbersTransformer ILoadableModel<TabularNumbersTransformer>.Load(IHost host, ContentReader content)
    {
        var columns = new InputOutputColumnPair(content.ReadString(), content.ReadString());
        var replacements = new float[content.ReadCount("slots", SmallestSlot, bytesInMemory: 32)];
        var indicatorOfSlot = new int[replacements.Length];
        foreach (ref float replacement in replacements.AsSpan())
            replacement = content.ReadSingle();
        foreach (ref int indicator in indicatorOfSlot.AsSpan())
            indicator = content.ReadInt32();
        var names = new string[content.ReadCount("indicators", SmallestName, bytesInMemory: 64)];
        foreach (ref string name in names.AsSpan())
            name = content.ReadString();
        // NaN stands for no replacement.
        if (Array.FindIndex(replacements, float.IsInfinity) is var infinite and >= 0)
        {
            throw new InvalidDataException(
                $"The model file replaces a missing number by an infinite one in slot {infinite}; the file is damaged or changed.");
        }

        MeanVarianceNormalization normalization = MeanVarianceNormalization.Load(content);
        bool isPossible = normalization.SlotCount == replacements.Length
            && Array.TrueForAll(indicatorOfSlot, indicator => indicator >= NumberGaps.NoIndicator && indicator < names.Length);
        return isPossible
            ? new TabularNumbersTransformer(host, columns, new NumberGaps(replacements, indicatorOfSlot, names), normalization)
            : throw new InvalidDataException(
                "The model file has indicators of missing numbers that do not fit its slots; the file is damaged or changed.");
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Columns[0].OutputColumnName);
        writer.Write(Columns[0].InputColumnName);
        writer.Write(gaps.SlotCount);
        foreach (float replacement in gaps.Replacements)
            writer.Write(replacement);
        foreach (int indicator in gaps.IndicatorOfSlot)
            writer.Write(indicator);
        writer.Write(gaps.IndicatorNames.Length);
        foreach (string name in gaps.IndicatorNames)
            writer.Write(name);
        normalization.Save(writer);
    }

    private protected override ColumnMap Bind(int pair, DataViewSchema.Column input)
    {
        if (input.Type is not VectorDataViewType { Size: var size, ItemType: var item }
            || size != gaps.SlotCount || !item.Equals(NumberDataViewType.Single))
        {
            throw Host.WrongColumnType(
                "inputSchema", "input", input, $"Vector<Single, {gaps.SlotCount}>", SchemaFaults.AsFitted);
        }

        return new ColumnMap(
            new VectorDataViewType(NumberDataViewType.Single, gaps.SlotCount + gaps.IndicatorNames.Length),
            Annotations(input),
            CreateGetter,
            Emit);
    }

    private DataViewSchema.Annotations Annotations(DataViewSchema.Column input)
    {
        AnnotationBuilder annotations = new AnnotationBuilder().True(AnnotationKinds.IsNormalized)
            .CopyIfAny(input, AnnotationKinds.CategoricalSlotRanges);
        string[]? names = SlotNames.Of(input);
        if (names is null && gaps.IndicatorNames.Length == 0)
            return annotations.Build();
        names ??= [.. Enumerable.Repeat("", gaps.SlotCount)];
        return annotations.Texts(AnnotationKinds.SlotNames, [.. names, .. gaps.IndicatorNames]).Build();
    }

    private ValueGetter<VBuffer<float>> CreateGetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> input = default;
        return (ref VBuffer<float> value) =>
        {
            getter(ref input);
            if (VectorLength.FindFault(column.Name, gaps.SlotCount, input.Length) is { } fault)
                throw fault;
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, gaps.SlotCount + gaps.IndicatorNames.Length);
            Span<float> numbers = editor.Values[..gaps.SlotCount];
            input.CopyTo(numbers);
            gaps.Fill(numbers, editor.Values[gaps.SlotCount..]);
            normalization.Normalize(numbers);
            value = editor.Commit();
        };
    }

    private string Emit(IOperatorGraph graph, string numbers)
    {
        string isMissing = graph.Operator("Or", [graph.Operator("IsNaN", [numbers]), graph.Operator("IsInf", [numbers])]);
        string replacements = graph.Constant("replacements", gaps.Replacements, 1, gaps.SlotCount);
        string normalized = normalization.EmitNormalize(graph, graph.Operator("Where", [isMissing, replacements, numbers]));
        if (gaps.IndicatorNames.Length == 0)
            return normalized;
        string missing = graph.Operator("Cast", [isMissing], [new OperatorAttribute("to", typeof(float))]);
        return graph.Operator("Concat", [normalized, .. EmitIndicators(graph, missing)], [new OperatorAttribute("axis", 1L)]);
    }

    // The indicators in their order, in parts: those of one slot each, side by side, and one of several slots, which is 1 where any of them is.
    private List<string> EmitIndicators(IOperatorGraph graph, string missing)
    {
        var parts = new List<string>();
        var single = new List<long>();
        ILookup<int, int> slotsOf = Enumerable.Range(0, gaps.SlotCount).ToLookup(slot => gaps.IndicatorOfSlot[slot]);
        for (int indicator = 0; indicator < gaps.IndicatorNames.Length; indicator++)
        {
            long[] slots = [.. slotsOf[indicator].Select(slot => (long)slot)];
            if (slots.Length == 1)
            {
                single.Add(slots[0]);
                continue;
            }

            FlushSingle();
            float[] ones = [.. Enumerable.Repeat(1f, slots.Length)];
            string count = graph.Operator("MatMul", [Gather(slots), graph.Constant("ones", ones, slots.Length, 1)]);
            parts.Add(graph.Operator("Min", [count, graph.Constant("one", [1f], 1)]));
        }

        FlushSingle();
        return parts;

        void FlushSingle()
        {
            if (single.Count > 0)
                parts.Add(Gather([.. single]));
            single.Clear();
        }

        string Gather(long[] slots) =>
            graph.Operator("Gather", [missing, graph.Constant("slots", slots)], [new OperatorAttribute("axis", 1L)]);
    }
}
