using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>Which columns of a schema the reader of a cursor asked for, and its refusal to give others.</summary>
internal sealed class ActiveColumns
{
    private readonly DataViewSchema _schema;
    private readonly bool[] _active;

    public ActiveColumns(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        _schema = schema;
        _active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
            _active[column.Index] = true;
    }

    public bool this[int index] => _active[index];

    public bool Contains(DataViewSchema.Column column)
    {
        if (column.Index >= _active.Length || _schema[column.Index].Name != column.Name)
            throw new ArgumentException($"Column '{column.Name}' is not of the schema of this row.", nameof(column));
        return _active[column.Index];
    }

    public bool AnyFrom(int index) => _active.AsSpan(index).Contains(true);

    public void Require(DataViewSchema.Column column)
    {
        if (!Contains(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active; name it when asking for the cursor.");
    }

    public ValueGetter<T> Cast<T>(Delegate? getter, DataViewSchema.Column column)
    {
        Require(column);
        return getter as ValueGetter<T>
            ?? throw new InvalidOperationException($"Column '{column.Name}' has values of type {column.Type.RawType}, not {typeof(T)}.");
    }
}
