using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Optimizers;

[Trait("Spec", "A13")]
public sealed class GradientClippingTests
{
    // Gradients of this many parameters, of a strip each.
    private const int Slots = 3;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("rules");

    // PyTorch adds 1e-6 to the norm that it divides by.
    private static readonly Dictionary<string, (GradientClipping Clipping, double Tolerance)> Cases = new()
    {
        ["value"] = (new ClipByValue(0.5), 0),
        ["norm"] = (new ClipByNorm(0.75), 1e-6),
        ["global_norm.0.75"] = (new ClipByGlobalNorm(0.75), 1e-6),
        ["global_norm.100"] = (new ClipByGlobalNorm(100), 0),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void Every_kind_is_tested()
    {
        IEnumerable<Type> kinds = typeof(GradientClipping).Assembly.GetTypes()
            .Where(type => type.IsSealed && type.IsSubclassOf(typeof(GradientClipping)));
        Assert.Empty(kinds.Except(Cases.Values.Select(row => row.Clipping.GetType())));
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_are_clipped_as_PyTorch_does(string name)
    {
        double[] gradients = Reference.Doubles("clip.gradients"), expected = Reference.Doubles($"clip.{name}");
        (GradientClipping clipping, double tolerance) = Cases[name];
        Close.Everywhere(expected, Clipped(clipping, gradients), tolerance, "double");
        double[] inFloat = Array.ConvertAll(Clipped(clipping, Array.ConvertAll(gradients, g => (float)g)), g => (double)g);
        Close.Everywhere(expected, inFloat, tolerance + 1e-6, "float");
    }

    [Fact]
    public void A_gradient_that_is_too_long_gets_exactly_the_limit()
    {
        double[] gradients = Reference.Doubles("clip.gradients");
        Assert.Equal(0.75 * 0.75, Norms.Squared<double>(Clipped(new ClipByGlobalNorm(0.75), gradients)), 1e-14);
        double[] each = Clipped(new ClipByNorm(0.75), gradients);
        Assert.Equal(0.75 * 0.75, Norms.Squared<double>(each.AsSpan(0, Lanes.Strip)), 1e-14);
        Assert.Equal(0.75 * 0.75, Norms.Squared<double>(each.AsSpan(Lanes.Strip, Lanes.Strip)), 1e-14);
        // The third was shorter than that.
        Assert.Equal(gradients[(2 * Lanes.Strip)..], each[(2 * Lanes.Strip)..]);
    }

    [Fact]
    public void Only_those_that_need_norms_ask_for_them()
    {
        Assert.Equal(TransformReach.Elements, new ClipByValue(1).Reach);
        Assert.Equal(TransformReach.Norms, new ClipByNorm(1).Reach);
        Assert.Equal(TransformReach.Norms, new ClipByGlobalNorm(1).Reach);
    }

    [Theory, MemberData(nameof(Names))]
    public void What_is_no_number_stays_so(string name)
    {
        var gradients = new double[Slots * Lanes.Strip];
        gradients[5] = double.NaN;
        Assert.Equal(double.NaN, Clipped(Cases[name].Clipping, gradients)[5]);
    }

    [Fact]
    public void An_impossible_limit_is_refused()
    {
        Assert.Equal("Limit of ClipByValue must be above 0 but is 0; remove the clipping for no limit.", MessageOf(new ClipByValue(0)));
        Assert.Equal(
            "Limit of ClipByNorm must be above 0 but is NaN; remove the clipping for no limit.", MessageOf(new ClipByNorm(double.NaN)));
        Assert.Equal(
            "Limit of ClipByGlobalNorm must be above 0 but is Infinity; remove the clipping for no limit.",
            MessageOf(new ClipByGlobalNorm(double.PositiveInfinity)));
    }

    private static T[] Clipped<T>(GradientClipping clipping, T[] gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var memory = GuardedMemory<T>.Of(gradients);
        double SquareOf(int slot) => clipping.Reach == TransformReach.Norms ? Norms.Squared<T>(gradients.AsSpan(slot * Lanes.Strip, Lanes.Strip)) : 0;
        double[] squares = [.. Enumerable.Range(0, Slots).Select(SquareOf)];
        for (int slot = 0; slot < Slots; slot++)
        {
            var step = new TransformStep(1, 1) { Norm = Math.Sqrt(squares[slot]), GlobalNorm = Math.Sqrt(squares.Sum()) };
            clipping.Apply(memory.Span.Slice(slot * Lanes.Strip, Lanes.Strip), default, default, step);
        }

        return memory.Span.ToArray();
    }

    private static string MessageOf(GradientClipping clipping) => Assert.Throws<ArgumentException>(clipping.Validate).WithoutParameter();
}
