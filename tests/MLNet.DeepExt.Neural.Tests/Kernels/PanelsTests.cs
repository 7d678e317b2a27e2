using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class PanelsTests
{
    private const float Untouched = -7;

    public static TheoryData<int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int> { { 1, 1 }, { 1, 16 }, { 16, 1 }, { 16, 16 }, { 17, 15 }, { 40, 33 } };
            var random = new Random(1);
            for (int i = 0; i < 20; i++)
                shapes.Add(random.Next(1, 70), random.Next(1, 70));
            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Reading_gives_back_what_was_written_and_the_padding_is_not_touched(int inputs, int units)
    {
        float[] matrix = Numbered(inputs * units);
        using var panels = GuardedMemory<float>.Filled(Panels.Length(inputs, units), Untouched);
        using var back = new GuardedMemory<float>(inputs * units);

        Panels.Write(inputs, units, matrix, panels.Span);
        Panels.Read(inputs, units, panels.Span, back.Span);

        Assert.Equal(matrix, back.Span.ToArray());
        Assert.Equal(Panels.Length(inputs, units) - matrix.Length, panels.Span.Count(Untouched));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_strip_of_sixteen_columns_stands_whole_one_row_after_another(int inputs, int units)
    {
        int expected = 0;
        for (int strip = 0; strip < Lanes.Pad(units); strip += 16)
        {
            for (int input = 0; input < inputs; input++)
            {
                for (int unit = strip; unit < strip + 16; unit++, expected++)
                    Assert.Equal(expected, Panels.IndexOf(inputs, input, unit));
            }
        }

        Assert.Equal(expected, Panels.Length(inputs, units));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Transposing_the_panels_is_transposing_the_matrix(int inputs, int units)
    {
        float[] matrix = Numbered(inputs * units);
        using var panels = GuardedMemory<float>.Filled(Panels.Length(inputs, units), Untouched);
        using var transposed = GuardedMemory<float>.Filled(Panels.Length(units, inputs), Untouched);
        Panels.Write(inputs, units, matrix, panels.Span);

        Panels.Transpose<float>(inputs, units, panels.Span, transposed.Span, 0, panels.Span.Length);

        var back = new float[inputs * units];
        Panels.Read<float>(units, inputs, transposed.Span, back);
        for (int input = 0; input < inputs; input++)
        {
            for (int unit = 0; unit < units; unit++)
                Assert.Equal(matrix[input * units + unit], back[unit * inputs + input]);
        }

        Assert.Equal(transposed.Span.Length - matrix.Length, transposed.Span.Count(Untouched));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Transposing_part_by_part_is_transposing_at_once(int inputs, int units)
    {
        var random = new Random(inputs * 100 + units);
        float[] panels = Numbered(Panels.Length(inputs, units));
        var atOnce = new float[Panels.Length(units, inputs)];
        var byParts = new float[atOnce.Length];
        Panels.Transpose<float>(inputs, units, panels, atOnce, 0, panels.Length);

        int from = 0;
        while (from < panels.Length)
        {
            int to = Math.Min(panels.Length, from + 16 * random.Next(1, 2 * inputs + 2));
            Panels.Transpose<float>(inputs, units, panels, byParts, from, to);
            from = to;
        }

        Assert.Equal(atOnce, byParts);
    }

    [Fact]
    public void A_matrix_too_large_for_one_array_is_refused()
    {
        Assert.Throws<OverflowException>(() => Panels.Length(1 << 20, 1 << 12));
        Assert.Throws<OverflowException>(() => Panels.Length(1, int.MaxValue));
    }

    private static float[] Numbered(int count) => [.. Enumerable.Range(1, count).Select(number => (float)number)];
}
