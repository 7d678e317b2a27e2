using CsCheck;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data.Oversampling;

namespace MLNet.DeepExt.Tests.Data.Oversampling;

[Trait("Spec", "B3")]
public sealed class NearestNeighborsTests
{
    private readonly IHost _host = ((IHostEnvironment)new MLContext()).Register("Test");

    [Fact]
    public void They_are_those_of_all_pairs()
    {
        // Whole numbers, so that distances are exact and many are equal: of equals the first.
        Gen.Select(Gen.Int[1, 40], Gen.Int[2, 90], Gen.Int[1, 6]).SelectMany((width, count, neighbors) =>
            Gen.Select(Gen.Int[-3, 3].Array[width * count], Gen.Const((width, count, Math.Min(neighbors, count - 1))))).Sample(
            (values, sizes) =>
            {
                (int width, int count, int neighbors) = sizes;
                int[] actual = NearestNeighbors.Find(_host, [.. values.Select(value => (float)value)], width, neighbors);
                for (int row = 0; row < count; row++)
                {
                    int[] expected = [.. Enumerable.Range(0, count)
                        .Where(other => other != row).OrderBy(other => Squared(row, other)).Take(neighbors)];
                    Assert.Equal(expected, actual[(row * neighbors)..((row + 1) * neighbors)]);
                }

                int Squared(int row, int other) => Enumerable.Range(0, width)
                    .Select(slot => values[row * width + slot] - values[other * width + slot]).Sum(difference => difference * difference);
            },
            iter: 200,
            seed: "0000KOIPe036");
    }

    [Theory]
    [InlineData(2500, 3)]
    [InlineData(40, 9000)]
    public void Neither_many_rows_nor_wide_ones_are_cut_off(int count, int width)
    {
        // On a line, at distances that grow: the neighbors of a row are those before it.
        float[] rows = [.. Enumerable.Range(0, count).SelectMany(row => Enumerable.Repeat((float)Math.Pow(1.001, row), width))];
        int[] actual = NearestNeighbors.Find(_host, rows, width, neighbors: 1);
        Assert.Equal(Enumerable.Range(0, count).Select(row => row == 0 ? 1 : row - 1), actual);
    }

    [Fact]
    public void Rows_whose_distance_overflows_are_still_neighbors()
    {
        Assert.Equal([1, 2, 0, 2, 0, 1], NearestNeighbors.Find(_host, [0, 3e38f, -3e38f], width: 1, neighbors: 2));
    }

    [Fact]
    public void Two_rows_that_are_alike_are_neighbors_and_none_is_its_own()
    {
        Assert.Equal([1, 2, 0, 2, 0, 1], NearestNeighbors.Find(_host, [7, 7, 7], width: 1, neighbors: 2));
    }
}
