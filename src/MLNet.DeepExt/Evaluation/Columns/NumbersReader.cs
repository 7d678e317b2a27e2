using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Reads a column of numbers, one or a vector in each row.</summary>
internal static class NumbersReader
{
    /// <summary>Writes the numbers of the current row; false where one of them cannot be used.</summary>
    /// <param name="numbers">(numbers).</param>
    public delegate bool Read(Span<float> numbers);

    /// <summary>Begins to read.</summary>
    /// <param name="row">The rows.</param>
    /// <param name="column">The column, which is active.</param>
    /// <param name="areRanks">Whether only their order counts, so that infinite ones can be used, but not NaN.</param>
    /// <exception cref="InvalidOperationException">When read: a vector is of another length than its type says.</exception>
    public static Read Open(DataViewRow row, DataViewSchema.Column column, bool areRanks) =>
        column.Type is VectorDataViewType vector ? OfVector(row, column, vector.Size, areRanks) : OfNumber(row, column, areRanks);

    private static Read OfNumber(DataViewRow row, DataViewSchema.Column column, bool areRanks)
    {
        ValueGetter<float> getter = NumberGetters.OfSingle(row, column);
        return numbers =>
        {
            getter(ref numbers[0]);
            return areRanks ? !float.IsNaN(numbers[0]) : float.IsFinite(numbers[0]);
        };
    }

    private static Read OfVector(DataViewRow row, DataViewSchema.Column column, int size, bool areRanks)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        return numbers =>
        {
            getter(ref values);
            if (VectorLength.FindFault(column.Name, size, values.Length) is { } fault)
                throw fault;
            values.CopyTo(numbers);
            return areRanks ? !TensorPrimitives.IsNaNAny(values.GetValues()) : FiniteValues.Only(in values);
        };
    }
}
