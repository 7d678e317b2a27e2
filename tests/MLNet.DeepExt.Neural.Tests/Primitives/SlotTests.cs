using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class SlotTests
{
    [Fact]
    public void A_vector_takes_whole_strips_and_has_no_transposed_copy()
    {
        var slot = new Slot("1.dense.bias", new Shape(1, 17), SlotKind.Bias, SlotLayout.RowMajor, Offset: 64);
        Assert.Equal((32, 0), (slot.Length, slot.TransposedLength));
        Assert.Equal((64, 80), (slot.IndexOf(0, 0), slot.IndexOf(0, 16)));
    }

    [Fact]
    public void A_matrix_in_rows_takes_whole_strips_per_row()
    {
        var slot = new Slot("embedding", new Shape(3, 5), SlotKind.Weight, SlotLayout.RowMajor, Offset: 16);
        Assert.Equal(48, slot.Length);
        Assert.Equal(16 + 2 * 16 + 4, slot.IndexOf(2, 4));
    }

    [Fact]
    public void A_matrix_in_panels_takes_whole_strips_of_columns_and_its_transposed_copy_those_of_rows()
    {
        var slot = new Slot("0.dense.weight", new Shape(5, 17), SlotKind.Weight, SlotLayout.Panels, Offset: 32);
        Assert.Equal((5 * 32, 17 * 16), (slot.Length, slot.TransposedLength));
        Assert.Equal((32, 32 + 5 * 16 + 4 * 16), (slot.IndexOf(0, 0), slot.IndexOf(4, 16)));
    }

    [Fact]
    public void A_table_has_no_transposed_copy() =>
        Assert.Equal(0, new Slot("t", new Shape(5, 17), SlotKind.Weight, SlotLayout.Panels, Offset: 32) { IsTable = true }.TransposedLength);

    [Theory]
    [InlineData(SlotLayout.RowMajor)]
    [InlineData(SlotLayout.Panels)]
    public void Every_element_has_a_place_of_its_own_within_the_slot(SlotLayout layout)
    {
        var random = new Random(1);
        for (int sample = 0; sample < 50; sample++)
        {
            var slot = new Slot("w", new Shape(random.Next(1, 40), random.Next(1, 40)), SlotKind.Weight, layout, Offset: 16 * random.Next(0, 10));
            var places = new HashSet<int>();
            for (int row = 0; row < slot.Shape.Rows; row++)
            {
                for (int column = 0; column < slot.Shape.Columns; column++)
                {
                    int place = slot.IndexOf(row, column);
                    Assert.InRange(place, slot.Offset, slot.Offset + slot.Length - 1);
                    Assert.True(places.Add(place), $"{slot.Shape}: two elements at {place}");
                }
            }
        }
    }

    [Theory]
    [InlineData(SlotLayout.RowMajor, 1 << 20, 1 << 12)]
    [InlineData(SlotLayout.Panels, 1 << 20, 1 << 12)]
    [InlineData(SlotLayout.RowMajor, 1, int.MaxValue)]
    public void A_slot_too_large_for_one_array_is_refused(SlotLayout layout, int rows, int columns)
    {
        var slot = new Slot("w", new Shape(rows, columns), SlotKind.Weight, layout, Offset: 0);
        Assert.Throws<OverflowException>(() => slot.Length);
    }

    [Fact]
    public void A_shape_counts_its_elements_and_prints_them_in_any_culture()
    {
        Assert.Equal(200_704, new Shape(784, 256).Count);
        Assert.Throws<OverflowException>(() => new Shape(1 << 16, 1 << 16).Count);
        Culture.Run("ar-SA", () => Assert.Equal("784×256", new Shape(784, 256).ToString()));
    }
}
