using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using MLNet.DeepExt.Onnx.Format;
using MLNet.DeepExt.Onnx.Graphs;

namespace MLNet.DeepExt.Onnx.Interop;

/// <summary>A graph, as ML.NET's transforms add themselves to it; it knows which value each column is at the moment.</summary>
internal sealed class GraphContext(Graph graph) : OnnxContext
{
    private const string MachineLearningDomain = "ai.onnx.ml"; // what ML.NET means where it names no domain

    private readonly Dictionary<string, string> _valueOf = new(StringComparer.Ordinal);     // by column
    private readonly Dictionary<string, List<long>> _shapeOf = new(StringComparer.Ordinal); // by value, of one row
    private readonly HashSet<string> _dates = new(StringComparer.Ordinal);                  // values that are ticks

    /// <summary>
    /// Whether columns of dates are shown, whose values are ticks: to transforms that expect numbers of another meaning they are hidden.
    /// </summary>
    public bool ShowsDates { get; set; } = true;

    /// <summary>Makes a column an input; one of a type that ONNX does not have is left out.</summary>
    public void AddInput(string column, DataViewType type)
    {
        if (ColumnTensors.Of(column, type) is not { } tensor)
            return;
        graph.Inputs.Add(tensor with { Name = AddIntermediateVariable(type, column) });
    }

    public override string GetNodeName(string prefix) => graph.NewNode(prefix);

    public override bool IsVariableDefined(string variableName) => graph.HasValue(variableName);

    public override bool ContainsColumn(string colName) =>
        _valueOf.TryGetValue(colName, out string? value) && (ShowsDates || !_dates.Contains(value));

    public override void CheckOpSetVersion(int thisTransformerMinumumOpSetVersion, string registerTransformerName)
    {
        if (thisTransformerMinumumOpSetVersion > OnnxFormat.OperatorSet)
        {
            throw new NotSupportedException(
                $"{registerTransformerName} needs ONNX operator set {thisTransformerMinumumOpSetVersion} but {OnnxFormat.OperatorSet} is " +
                "written; leave it out of the model.");
        }
    }

    public override void RemoveColumn(string colName, bool removeVariable = false) => _valueOf.Remove(colName);

    public override void RemoveVariable(string variableName, bool removeColumn)
    {
        foreach (string column in _valueOf.Where(entry => entry.Value == variableName).Select(entry => entry.Key).ToArray())
            _valueOf.Remove(column);
    }

    public override void RemoveInputVariable(string variableName) => graph.Inputs.RemoveAll(input => input.Name == variableName);

    public override string GetVariableName(string colName) => _valueOf[colName];

    public override string AddIntermediateVariable(DataViewType? type, string colName, bool skip = false)
    {
        string value = Name(colName);
        if (type is null)
            return value;
        _shapeOf[value] = [1, .. ColumnTensors.Of(value, type)?.Sizes.Select(size => (long)size) ?? [1]];
        if (ColumnTensors.IsDate(type))
            _dates.Add(value);
        return value;
    }

    public override OnnxNode CreateNode(
        string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, string name, string? domain = null) =>
        new GraphNode(graph.Add(new Node(opType, domain ?? MachineLearningDomain, name, [.. inputs], [.. outputs])));

    public override OnnxVersion GetOnnxVersion() => OnnxVersion.Stable;

    public override List<long>? RetrieveShapeOrNull(string variableName) => _shapeOf.GetValueOrDefault(variableName);

    public override string AddInitializer(bool value, string? name = null, bool makeUniqueName = true) => Add<bool>(name, [value], []);

    public override string AddInitializer(float value, string? name = null, bool makeUniqueName = true) => Add<float>(name, [value], []);

    public override string AddInitializer(int value, Type type, string? name = null, bool makeUniqueName = true) =>
        Add(name, [value], type, []);

    public override string AddInitializer(string value, string? name = null, bool makeUniqueName = true) => Add(name, [value], []);

    public override string AddInitializer(long value, string? name = null, bool makeUniqueName = true) => Add<long>(name, [value], []);

    public override string AddInitializer(double value, string? name = null, bool makeUniqueName = true) => Add<double>(name, [value], []);

    public override string AddInitializer(ulong value, bool isUint64, string? name = null, bool makeUniqueName = true) =>
        Add(name, [value], isUint64, []);

    public override string AddInitializer(
        IEnumerable<bool> values, IEnumerable<long>? dims, string? name = null, bool makeUniqueName = true) =>
        Add<bool>(name, [.. values], dims);

    public override string AddInitializer(
        IEnumerable<float> values, IEnumerable<long>? dims, string? name = null, bool makeUniqueName = true) =>
        Add<float>(name, [.. values], dims);

    public override string AddInitializer(
        IEnumerable<int> values, Type type, IEnumerable<long>? dims, string? name = null, bool makeUniqueName = true) =>
        Add(name, [.. values], type, dims);

    public override string AddInitializer(
        IEnumerable<string> values, IEnumerable<long>? dims, string? name = null, bool makeUniqueName = true) =>
        Add(name, [.. values], dims);

    public override string AddInitializer(
        IEnumerable<long> values, IEnumerable<long>? dims, string? name = null, bool makeUniqueName = true) =>
        Add<long>(name, [.. values], dims);

    public override string AddInitializer(
        IEnumerable<double> values, IEnumerable<long>? dims, string? name = null, bool makeUniqueName = true) =>
        Add<double>(name, [.. values], dims);

    public override string AddInitializer(
        IEnumerable<ulong> values, bool isUint64, IEnumerable<long>? dims, string? name = null, bool makeUniqueName = true) =>
        Add(name, [.. values], isUint64, dims);

    private string Add(string? name, int[] values, Type type, IEnumerable<long>? dims) => ElementTypes.Of(type) switch
    {
        ElementType.Int8 => Add<sbyte>(name, Array.ConvertAll(values, value => (sbyte)value), dims),
        ElementType.UInt8 => Add<byte>(name, Array.ConvertAll(values, value => (byte)value), dims),
        ElementType.Int16 => Add<short>(name, Array.ConvertAll(values, value => (short)value), dims),
        ElementType.UInt16 => Add<ushort>(name, Array.ConvertAll(values, value => (ushort)value), dims),
        ElementType.Boolean => Add<bool>(name, Array.ConvertAll(values, value => value != 0), dims),
        ElementType.UInt32 => Add<uint>(name, Array.ConvertAll(values, value => (uint)value), dims),
        _ => Add<int>(name, values, dims),
    };

    private string Add(string? name, ulong[] values, bool isUint64, IEnumerable<long>? dims) => isUint64
        ? Add<ulong>(name, values, dims)
        : Add<uint>(name, Array.ConvertAll(values, value => (uint)value), dims);

    private string Add<T>(string? name, T[] values, IEnumerable<long>? dims)
        where T : unmanaged => graph.Add(Tensor.Of<T>(Name(name ?? "constant"), values, ShapeOf(values.Length, dims)));

    private string Add(string? name, string[] values, IEnumerable<long>? dims) =>
        graph.Add(Tensor.Of(Name(name ?? "constant"), values, ShapeOf(values.Length, dims)));

    private static long[] ShapeOf(int count, IEnumerable<long>? dims) => dims is null ? [count] : [.. dims];

    // What is named is a column from then on: so transforms find what others have made.
    private string Name(string column) => _valueOf[column] = graph.NewValue(column);
}
