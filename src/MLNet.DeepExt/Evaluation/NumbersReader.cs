using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Reads a column of numbers, one or a vector in each row.</summary>
internal static class NumbersReader
{
    /// <summary>Writes the numbers of the current row; false where one of them is NaN or infinite.</summary>
    /// <param name="numbers">(numbers).</param>
    public delegate bool Read(Span<float> numbers);

    /// <summary>Begins to read.</summary>
    /// <exception cref="InvalidOperationException">When read: a vector is of another length than its type says.</exception>
    public static Read Open(DataViewRow row, DataViewSchema.Column column) =>
        column.Type is VectorDataViewType vector ? OfVector(row, column, vector.Size) : OfNumber(row, column);

    private static Read OfNumber(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<float> getter = NumberGetters.OfSingle(row, column);
        return numbers =>
        {
            getter(ref numbers[0]);
            return float.IsFinite(numbers[0]);
        };
    }

    private static Read OfVector(DataViewRow row, DataViewSchema.Column column, int size)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        return numbers =>
        {
            getter(ref values);
            if (VectorLength.FindFault(column.Name, size, values.Length) is { } fault)
                throw fault;
            values.CopyTo(numbers);
            return FiniteValues.Only(in values);
        };
    }
}
