using Microsoft.ML.Data;
using MLNet.DeepExt.Data;

namespace MLNet.DeepExt.Tests.Data;

/// <summary>Slots of more than two values are numbers; dense and sparse rows are read alike.</summary>
public sealed class NumberSlotsTests
{
    // Constant; two values; three values; three of a category.
    private static readonly float[][] Rows = [[1, 0, 5, 0], [1, 7, 0, 1], [1, 7, -2, 2], [1, 0, 0, 0]];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Three_different_values_make_a_number(bool areSparse)
    {
        var slots = new NumberSlots([false, false, false, true]);
        foreach (float[] row in Rows)
            slots.Add(areSparse ? Sparse(row) : new VBuffer<float>(row.Length, row));
        Assert.Equal([false, false, true, false], Enumerable.Range(0, 4).Select(slots.IsNumber));
        Assert.Equal([false, false, false, true], Enumerable.Range(0, 4).Select(slots.IsCategory));
        Assert.Equal(Rows.Length, slots.Rows);
    }

    [Fact]
    public void Rows_are_counted_from_the_beginning_of_a_reading()
    {
        var slots = new NumberSlots([false]);
        slots.Add(new VBuffer<float>(1, [1f]));
        slots.Begin();
        slots.Add(new VBuffer<float>(1, [2f]));
        Assert.Equal(1, slots.Rows);
    }

    private static VBuffer<float> Sparse(float[] row)
    {
        int[] indices = [.. Enumerable.Range(0, row.Length).Where(slot => row[slot] != 0)];
        return new VBuffer<float>(row.Length, indices.Length, [.. indices.Select(slot => row[slot])], indices);
    }
}
