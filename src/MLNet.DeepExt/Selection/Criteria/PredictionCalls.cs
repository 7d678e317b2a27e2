using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Scoring;

namespace MLNet.DeepExt.Selection;

/// <summary>Predictions to be timed: nothing but predicting happens in <see cref="Predict"/>.</summary>
internal sealed class PredictionCalls : IDisposable
{
    private readonly ITransformer _model;
    private readonly HeldRows _rows;
    private readonly string[] _outputs;
    private readonly int _rowsPerCall;
    private readonly DataViewRowCursor? _input; // moved on by one row with each call, where the model maps row by row
    private readonly DataViewRow? _output;
    private readonly Action[] _readers = [];
    private int _next;

    /// <summary>Reads the rows.</summary>
    /// <param name="host">Who reads.</param>
    /// <param name="model">The model.</param>
    /// <param name="dev">The rows.</param>
    /// <param name="outputs">The columns that are predicted, as far as the model makes them; all that it makes where it makes none.</param>
    /// <param name="rowsPerCall">How many rows a call predicts.</param>
    /// <param name="heldRows">How many rows are held in memory at most.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or they cannot be held.</exception>
    public PredictionCalls(
        IHost host, ITransformer model, IDataView dev, IReadOnlyList<string> outputs, int rowsPerCall, int heldRows)
    {
        _model = model;
        _rowsPerCall = rowsPerCall;
        IRowToRowMapper? mapper = model.IsRowToRowMapper ? model.GetRowToRowMapper(dev.Schema) : null;
        string[] made = MadeColumns.Of(dev.Schema, mapper?.OutputSchema ?? model.GetOutputSchema(dev.Schema), mapper);
        _outputs = [.. outputs.Intersect(made)];
        if (_outputs.Length == 0)
            _outputs = made;
        _rows = HeldRows.Read(
            host, dev, mapper is null ? [.. dev.Schema] : [.. mapper.GetDependencies(Outputs(mapper.OutputSchema))], heldRows);
        if (rowsPerCall > 1 || mapper is null)
            return;
        _input = _rows.CreateCursor(first: 0, count: long.MaxValue, _rows.Columns);
        _output = mapper.GetRow(_input, Outputs(mapper.OutputSchema));
        _readers = Readers(_output);
    }

    /// <summary>Predicts the next rows.</summary>
    public void Predict()
    {
        if (_input is not null)
        {
            _input.MoveToNext();
            Read(_readers);
            return;
        }

        IDataView scored = _model.Transform(_rows.Batch(_next, _rowsPerCall));
        _next = (int)(((long)_next + _rowsPerCall) % _rows.Count);
        using DataViewRowCursor cursor = scored.Open(Outputs(scored.Schema));
        Action[] readers = Readers(cursor);
        while (cursor.MoveToNext())
            Read(readers);
    }

    public void Dispose()
    {
        _output?.Dispose();
        _input?.Dispose();
    }

    private static void Read(Action[] readers)
    {
        foreach (Action reader in readers)
            reader();
    }

    private DataViewSchema.Column[] Outputs(DataViewSchema schema) => Array.ConvertAll(_outputs, name => schema[name]);

    private Action[] Readers(DataViewRow row) => Array.ConvertAll(Outputs(row.Schema), column => ValueReader.Open(row, column));
}
