using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>Goes over the rows of a <see cref="TableView"/>.</summary>
internal sealed class TableCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _fields;
    private readonly bool[] _isActive;
    private readonly FieldReader[] _readers;
    private readonly int _rowsBefore;

    /// <param name="schema">The schema of the table.</param>
    /// <param name="fields">The fields of the file, those of the active columns active.</param>
    /// <param name="isActive">Which columns are read.</param>
    /// <param name="readers">What makes values of fields, one for each column.</param>
    /// <param name="rowsBefore">Rows of the file that are not of the table.</param>
    public TableCursor(DataViewSchema schema, DataViewRowCursor fields, bool[] isActive, FieldReader[] readers, int rowsBefore)
    {
        Schema = schema;
        _fields = fields;
        _isActive = isActive;
        _readers = readers;
        _rowsBefore = rowsBefore;
    }

    public override DataViewSchema Schema { get; }

    public override long Batch => _fields.Batch;

    public override long Position => Math.Max(-1, _fields.Position - _rowsBefore);

    public override bool IsColumnActive(DataViewSchema.Column column) => _isActive[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _fields.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_isActive[column.Index])
            throw new InvalidOperationException($"Column '{column.Name}' is not active; name it when the cursor is opened.");
        Delegate getter = _readers[column.Index].CreateGetter(
            _fields.GetGetter<ReadOnlyMemory<char>>(_fields.Schema[column.Index]), () => Position + 1);
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Column '{column.Name}' holds {column.Type.RawType.Name} but {typeof(TValue).Name} is asked for; ask for {column.Type.RawType.Name}.");
    }

    public override bool MoveNext()
    {
        while (_fields.MoveToNext())
        {
            if (_fields.Position >= _rowsBefore)
                return true;
        }

        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _fields.Dispose();
        base.Dispose(disposing);
    }
}
