using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training.Calibration;

namespace MLNet.DeepExt.Neural.Tests.Training.Calibration;

/// <summary>What is learned after training has the logits of the rows, in bounded memory.</summary>
[Trait("Spec", "G4")]
public sealed class LogitRowsTests
{
    [Theory]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(20, 2)]
    [InlineData(21, 4)]
    [InlineData(1000, 128)]
    public void Of_more_rows_than_have_room_those_at_equal_distances_are_kept(int count, int distance)
    {
        // A row of 2 members of 3 outputs with 2 targets takes 36 bytes.
        var rows = new LogitRows(outputs: 3, members: 2, targetWidth: 2, mostBytes: 10 * 36 + 35);
        Add(rows, count);
        Assert.Equal((count + distance - 1) / distance, rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            int number = row * distance;
            Assert.Equal([number, number + 0.25f, number + 0.5f, -number, -number - 0.25f, -number - 0.5f], rows.LogitsOf(row).ToArray());
            Assert.Equal([number, 2 * number], rows.ValuesOf(row).ToArray());
            Assert.Equal(number + 1, rows.Weights[row]);
        }
    }

    [Fact]
    public void A_row_is_copied_with_its_logits_multiplied()
    {
        var rows = new LogitRows(outputs: 3, members: 2, targetWidth: 2);
        Add(rows, 5);
        var logits = new DenseBlock<float>(6, 3);
        var target = Target<float>.OfValues(3, 2);
        rows.CopyTo(2, 4, 0.5f, logits, target);
        Assert.Equal((4, 2), (logits.Rows, target.Rows));
        Assert.Equal([1, 1.125f, 1.25f], logits.Row(0).ToArray());
        Assert.Equal([-1.5f, -1.625f, -1.75f], logits.Row(3).ToArray());
        Assert.Equal([3, 6], target.Values!.Row(1).ToArray());
    }

    // In batches of 3.
    private static void Add(LogitRows rows, int count)
    {
        var logits = new DenseBlock<float>(6, 3);
        var target = Target<float>.OfValues(3, 2);
        for (int first = 0; first < count; first += 3)
        {
            int batch = Math.Min(3, count - first);
            for (int row = 0; row < batch; row++)
            {
                int number = first + row;
                for (int j = 0; j < 3; j++)
                {
                    logits.Row(2 * row)[j] = number + j / 4f;
                    logits.Row(2 * row + 1)[j] = -number - j / 4f;
                }

                target.Values!.Row(row)[0] = number;
                target.Values.Row(row)[1] = 2 * number;
            }

            rows.Add(logits, target, [.. Enumerable.Range(first + 1, batch).Select(weight => (float)weight)]);
        }
    }
}
