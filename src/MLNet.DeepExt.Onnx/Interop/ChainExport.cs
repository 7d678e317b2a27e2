using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Onnx.Graphs;

namespace MLNet.DeepExt.Onnx.Interop;

/// <summary>Has every transformer of a model add itself to a graph, in order.</summary>
internal sealed class ChainExport
{
    private const string OutputColumnNames = "outputColumnNames"; // of the caller

    private readonly Graph _graph = new();
    private readonly GraphContext _context;
    private readonly DataViewSchema _inputSchema;
    private readonly Dictionary<string, AppliedTransformer> _lostBy = new(StringComparer.Ordinal); // by column, what could not be written first
    private IDataView _view;

    private ChainExport(IHostEnvironment environment, DataViewSchema inputSchema)
    {
        _context = new GraphContext(_graph);
        _inputSchema = inputSchema;
        _view = new EmptyDataView(environment, inputSchema);
        foreach (DataViewSchema.Column column in inputSchema.Where(column => !column.IsHidden))
            _context.AddInput(column.Name, column.Type);
    }

    /// <summary>The graph of a model.</summary>
    /// <param name="catalog">Whose environment is used.</param>
    /// <param name="model">A transformer, or a chain of them.</param>
    /// <param name="inputSchema">The schema of what it transforms.</param>
    /// <param name="outputColumnNames">The columns that the graph gives; none for all that the model adds.</param>
    public static Graph Of(
        ModelOperationsCatalog catalog, ITransformer model, DataViewSchema inputSchema, IReadOnlyList<string> outputColumnNames)
    {
        var export = new ChainExport(CatalogUtils.GetEnvironment(catalog), inputSchema);
        export.Add(model);
        export.Publish(outputColumnNames);
        export._graph.Prune();
        return export._graph;
    }

    private void Add(ITransformer transformer)
    {
        if (transformer is IEnumerable<ITransformer> chain)
        {
            foreach (ITransformer part in chain)
                Add(part);
            return;
        }

        var applied = new AppliedTransformer(transformer, _view.Schema, transformer.GetOutputSchema(_view.Schema));
        AppliedTransformer cause = applied.Inputs()
            .Select(name => _context.ContainsColumn(name) ? null : _lostBy.GetValueOrDefault(name))
            .FirstOrDefault(lost => lost is not null) ?? applied;
        IDataView before = _view;
        _view = transformer.Transform(before);
        _context.ShowsDates = transformer is ColumnTransformer or ColumnCopyingTransformer;
        foreach (ISaveAsOnnx step in StepsBetween(before, _view, applied))
            step.SaveAsOnnx(_context);
        _context.ShowsDates = true;
        foreach (string made in applied.Outputs())
            _lostBy.Remove(made);
        foreach (DataViewSchema.Column column in _view.Schema.Where(column => !column.IsHidden && !_context.ContainsColumn(column.Name)))
            _lostBy.TryAdd(column.Name, cause);
    }

    // One transformer may be several transforms of data, one upon the other.
    private List<ISaveAsOnnx> StepsBetween(IDataView before, IDataView after, AppliedTransformer applied)
    {
        var steps = new List<ISaveAsOnnx>();
        for (IDataView view = after; view != before; view = ((IDataTransform)view).Source)
        {
            if (view is not ITransformCanSaveOnnx step || !step.CanSaveOnnx(_context))
                throw Refused(applied);
            steps.Insert(0, step);
        }

        return steps;
    }

    private void Publish(IReadOnlyList<string> names)
    {
        DataViewSchema schema = _view.Schema;
        if (names.Any(string.IsNullOrEmpty))
            throw new ArgumentException("One of the names of output columns is empty; leave it out.", OutputColumnNames);
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice)
            throw new ArgumentException($"Output column '{twice}' is named twice; name each once.", OutputColumnNames);
        IEnumerable<DataViewSchema.Column> columns = names.Count > 0
            ? names.Select(name => schema.GetColumnOrNull(name)
                ?? throw new ArgumentException(
                    $"There is no column '{name}' to export; the model gives {string.Join(", ", Added(schema).Select(column => column.Name))}.",
                    OutputColumnNames))
            : Added(schema);
        foreach (DataViewSchema.Column column in columns)
        {
            if (ColumnTensors.Of(column.Name + ".output", column.Type) is not { } output)
                throw Refused(column, $"ONNX has no type for {column.Type}");
            if (!_context.ContainsColumn(column.Name))
                throw Refused(column, $"{_lostBy[column.Name].Call()} cannot be written as ONNX");
            _graph.Publish(_context.GetVariableName(column.Name), output);
        }

        if (_graph.Outputs.Count == 0)
            throw new ArgumentException("The model adds no column, as it replaces columns or none; name the columns to export.", OutputColumnNames);
    }

    private static NotSupportedException Refused(AppliedTransformer applied)
    {
        string[] outputs = applied.Outputs();
        string columns = outputs.Length switch
        {
            0 => "The model",
            1 => $"Column '{outputs[0]}'",
            _ => $"Columns {string.Join(", ", outputs.Select(name => $"'{name}'"))}",
        };
        return new NotSupportedException(
            $"{columns} cannot be exported: {applied.Call()} cannot be written as ONNX. Fit it as a model of its own, and export the model of " +
            "what comes behind it, fitted to its output.");
    }

    private static NotSupportedException Refused(DataViewSchema.Column column, string reason) =>
        new($"Column '{column.Name}' cannot be exported: {reason}; name other output columns.");

    private IEnumerable<DataViewSchema.Column> Added(DataViewSchema schema) =>
        schema.Where(column => !column.IsHidden && _inputSchema.GetColumnOrNull(column.Name) is null);
}
