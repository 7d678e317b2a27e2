using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>Which columns of a schema the reader of a cursor asked for, and its refusal to give others.</summary>
internal sealed class ActiveColumns
{
    private readonly bool[] _active;

    public ActiveColumns(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        _active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
            _active[column.Index] = true;
    }

    public bool this[int index] => _active[index];

    public bool Contains(DataViewSchema.Column column)
    {
        // By index, as rows of ML.NET do it: a transform in place behind this row asks with columns of its own schema.
        if (column.Index >= _active.Length)
        {
            throw new ArgumentException(
                $"Column '{column.Name}' is not of the schema of this row; take it from the row's Schema.", nameof(column));
        }

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
