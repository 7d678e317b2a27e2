using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class PanelLinesInFloatTests : PanelLinesTests<float>;

public sealed class PanelLinesInDoubleTests : PanelLinesTests<double>;

public abstract class PanelLinesTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void Lines_are_gathered_and_scattered_where_they_belong()
    {
        var random = new Random(1);
        for (int sample = 0; sample < 60; sample++)
        {
            int height = random.Next(1, 40);
            int[] inputs = [.. Enumerable.Range(0, height).OrderBy(_ => random.Next()).Take(random.Next(0, height + 1))];
            T[] before = Numbers.Uniform<T>(random, height * 16);
            T[] given = Numbers.Uniform<T>(random, inputs.Length * 16);
            using var strip = GuardedMemory<T>.Of(before);
            using var lines = GuardedMemory<T>.Filled(inputs.Length * 16, T.NaN);

            PanelLines.Gather<T>(strip.Span, inputs, lines.Span);
            Assert.Equal(inputs.SelectMany(input => before[(input * 16)..(input * 16 + 16)]), lines.Span.ToArray());

            T[] expected = [.. before];
            given.CopyTo(lines.Span);
            PanelLines.Scatter<T>(lines.Span, inputs, strip.Span);
            for (int i = 0; i < given.Length; i++)
                expected[inputs[i / 16] * 16 + i % 16] = given[i];
            Assert.Equal(expected, strip.Span.ToArray());
        }
    }

    [Fact]
    public void Too_few_lines_or_a_line_outside_the_strip_are_refused()
    {
        string message = Refusal.TooShort("lines", 32);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => PanelLines.Gather<T>(new T[64], [1, 2], new T[31])).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => PanelLines.Scatter<T>(new T[31], [1, 2], new T[64])).Message);
        foreach (int line in new[] { -1, 4 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => PanelLines.Gather<T>(new T[64], [line], new T[16]));
            Assert.Throws<ArgumentOutOfRangeException>(() => PanelLines.Scatter<T>(new T[16], [line], new T[64]));
        }
    }

    [Fact]
    public void A_strip_that_ends_within_a_line_is_refused_and_nothing_beyond_it_touched()
    {
        T[] memory = [.. Enumerable.Repeat(T.One, 64)];
        Assert.Throws<ArgumentOutOfRangeException>(() => PanelLines.Gather<T>(memory.AsSpan(0, 63), [3], new T[16]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PanelLines.Scatter<T>(new T[16], [3], memory.AsSpan(0, 63)));
        Assert.All(memory, value => Assert.Equal(T.One, value));
    }
}
