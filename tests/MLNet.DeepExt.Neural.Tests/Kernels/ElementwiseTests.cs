using System.Numerics;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class ElementwiseInFloatTests : ElementwiseTests<float>;

public sealed class ElementwiseInDoubleTests : ElementwiseTests<double>;

public abstract class ElementwiseTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 5;

    public static TheoryData<int, int> WidthsAndStrides => new() { { 16, 16 }, { 16, 64 }, { 48, 48 }, { 64, 80 } };

    [Theory]
    [MemberData(nameof(WidthsAndStrides))]
    public void Apply_computes_the_operator_and_leaves_the_gaps(int width, int stride)
    {
        T[] x = Numbers.Uniform<T>(new Random(1), Length(width, stride));
        using var source = GuardedMemory<T>.Of(x);
        using var y = GuardedMemory<T>.Filled(x.Length, T.NaN);
        Elementwise.Apply(default(HalfCube), Rows, width, stride, source.Span, y.Span);
        Elementwise.Apply(default(HalfCube), Rows, width, stride, source.Span, source.Span);
        for (int i = 0; i < x.Length; i++)
        {
            bool inside = i % stride < width;
            Assert.Equal(inside ? HalfCubeOf(x[i]) : T.NaN, y.Span[i]);
            Assert.Equal(inside ? HalfCubeOf(x[i]) : x[i], source.Span[i]);
        }
    }

    [Theory]
    [MemberData(nameof(WidthsAndStrides))]
    public void ApplyGradient_multiplies_by_the_derivative_and_leaves_the_gaps(int width, int stride)
    {
        int length = Length(width, stride);
        var random = new Random(2);
        T[] y = Numbers.Uniform<T>(random, length), dy = Numbers.Uniform<T>(random, length);
        using var yGuarded = GuardedMemory<T>.Of(y);
        using var gradient = GuardedMemory<T>.Of(dy);
        using var dx = GuardedMemory<T>.Filled(length, T.NaN);
        Elementwise.ApplyGradient(default(HalfCube), Rows, width, stride, yGuarded.Span, gradient.Span, dx.Span);
        Elementwise.ApplyGradient(default(HalfCube), Rows, width, stride, yGuarded.Span, gradient.Span, gradient.Span);
        for (int i = 0; i < length; i++)
        {
            bool inside = i % stride < width;
            T expected = dy[i] * (T.One - y[i]);
            Assert.Equal(inside ? expected : T.NaN, dx.Span[i]);
            Assert.Equal(inside ? expected : dy[i], gradient.Span[i]);
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1024)]
    public void Subtract_takes_the_update_from_the_parameters(int length)
    {
        T[] w = Numbers.Uniform<T>(new Random(7), length), update = Numbers.Uniform<T>(new Random(8), length);
        using var parameters = GuardedMemory<T>.Of(w);
        using var step = GuardedMemory<T>.Of(update);
        Elementwise.Subtract(step.Span, parameters.Span);
        for (int i = 0; i < length; i++)
            Assert.Equal(w[i] - update[i], parameters.Span[i]);
    }

    [Fact]
    public void Scale_multiplies_every_number()
    {
        T[] numbers = Numbers.Uniform<T>(new Random(3), 48);
        using var row = GuardedMemory<T>.Of(numbers);
        T factor = T.CreateTruncating(0.3);
        Elementwise.Scale(row.Span, factor);
        for (int i = 0; i < numbers.Length; i++)
            Assert.Equal(numbers[i] * factor, row.Span[i]);
    }

    [Fact]
    public void Too_short_spans_are_refused()
    {
        T[] enough = new T[4 * 32 + 16], less = new T[4 * 32 + 15];
        Assert.ThrowsAny<ArgumentException>(() => Elementwise.Apply<T, HalfCube>(default, Rows, 16, 32, less, enough));
        Assert.ThrowsAny<ArgumentException>(() => Elementwise.Apply<T, HalfCube>(default, Rows, 16, 32, enough, less));
        Assert.ThrowsAny<ArgumentException>(() => Elementwise.ApplyGradient<T, HalfCube>(default, Rows, 16, 32, less, enough, enough));
        Assert.ThrowsAny<ArgumentException>(() => Elementwise.ApplyGradient<T, HalfCube>(default, Rows, 16, 32, enough, less, enough));
        Assert.ThrowsAny<ArgumentException>(() => Elementwise.ApplyGradient<T, HalfCube>(default, Rows, 16, 32, enough, enough, less));
        Assert.ThrowsAny<ArgumentException>(() => Elementwise.Subtract<T>(new T[15], new T[16]));
    }

    private static int Length(int width, int stride) => (Rows - 1) * stride + width;

    private static T HalfCubeOf(T x) => x / (T.One + T.One) * x * x;

    /// <summary>g(x) = x³ / 2, with 1 - y as a derivative that no other function has.</summary>
    private readonly struct HalfCube : IActivationOperator<T>
    {
        public static bool DerivativeReadsX => false;

        public Vector256<T> Apply(Vector256<T> x) => x / Vector256.Create(T.One + T.One) * x * x;

        public Vector256<T> Derivative(Vector256<T> known) => Vector256<T>.One - known;
    }
}
