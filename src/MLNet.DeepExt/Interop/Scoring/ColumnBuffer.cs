using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>The values of one column of the input, for the rows of a block.</summary>
internal abstract class ColumnBuffer
{
    public static ColumnBuffer Create(DataViewRowCursor input, DataViewSchema.Column column)
    {
        Type buffer = column.Type is VectorDataViewType vector
            ? typeof(VectorColumnBuffer<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ScalarColumnBuffer<>).MakeGenericType(column.Type.RawType);
        // Not wrapped: an exception of the input's getter should reach the reader as it is.
        return (ColumnBuffer)Activator.CreateInstance(
            buffer, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, [input, column], null)!;
    }

    /// <summary>Copies the value of the input's current row into <paramref name="slot"/>, which may be one more than there were.</summary>
    public abstract void Read(int slot);

    /// <summary>A getter of the value in the slot that <paramref name="currentSlot"/> names when it is called.</summary>
    public abstract Delegate CreateGetter(Func<int> currentSlot);
}

/// <inheritdoc/>
internal sealed class ScalarColumnBuffer<T>(DataViewRowCursor input, DataViewSchema.Column column) : ColumnBuffer
{
    private readonly ValueGetter<T> _getter = input.GetGetter<T>(column);
    private T[] _values = new T[1];

    public override void Read(int slot)
    {
        if (slot == _values.Length)
            Array.Resize(ref _values, 2 * slot);
        _getter(ref _values[slot]);
    }

    public override Delegate CreateGetter(Func<int> currentSlot)
    {
        ValueGetter<T> getter = (ref T value) => value = _values[currentSlot()];
        return getter;
    }
}

/// <inheritdoc/>
internal sealed class VectorColumnBuffer<T>(DataViewRowCursor input, DataViewSchema.Column column) : ColumnBuffer
{
    private readonly ValueGetter<VBuffer<T>> _getter = input.GetGetter<VBuffer<T>>(column);
    private VBuffer<T>[] _values = new VBuffer<T>[1];

    public override void Read(int slot)
    {
        if (slot == _values.Length)
            Array.Resize(ref _values, 2 * slot);
        _getter(ref _values[slot]);
    }

    public override Delegate CreateGetter(Func<int> currentSlot)
    {
        // A copy: the reader may write into the vector that it gets.
        ValueGetter<VBuffer<T>> getter = (ref VBuffer<T> value) => _values[currentSlot()].CopyTo(ref value);
        return getter;
    }
}
