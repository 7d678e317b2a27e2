using CsCheck;
using Microsoft.ML;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;
using MLNet.DeepExt.Transforms.Normalization;

namespace MLNet.DeepExt.Tests.Transforms.Normalization;

[Trait("Spec", "B1")]
public sealed class QuantileToNormalNormalizationTests
{
    private const double Largest = 5.19933758187;

    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [MemberData(nameof(RobustAndQuantileReference.CaseNames), MemberType = typeof(RobustAndQuantileReference))]
    public void There_and_back_it_is_QuantileTransformer(string name)
    {
        RobustAndQuantileReference.Case reference = RobustAndQuantileReference.Load().Cases[name];
        NormalizeInputsTransformer transformer = Fit(Numbers.WithNaN(reference.Training));
        float[][] normal = Read(transformer, Numbers.WithNaN(reference.Fresh));
        int slots = reference.Quantiles.Length;
        float[][] back = Read(transformer.CreateInverse(), reference.NormalInput.Select(x => Enumerable.Repeat(x, slots).ToArray()));
        for (int slot = 0; slot < slots; slot++)
        {
            IReadOnlyList<double> quantiles = QuantilesOf(transformer, slot);
            double scale = quantiles.Max(Math.Abs);
            Assert.Equal(reference.Quantiles[slot].Length, quantiles.Count);
            for (int i = 0; i < quantiles.Count; i++)
                Numbers.AssertClose(reference.Quantiles[slot][i], quantiles[i], 1e-12, scale);
            for (int row = 0; row < normal.Length; row++)
                Numbers.AssertClose(reference.Normal[row][slot] ?? double.NaN, normal[row][slot], 1e-5, scale: 0.1);
            for (int row = 0; row < back.Length; row++)
                Numbers.AssertClose(reference.Inverse[row][slot], back[row][slot], 1e-6, scale);
        }
    }

    [Fact]
    public void Ties_have_the_mean_of_their_ranks_also_at_the_ends()
    {
        NormalizeInputsTransformer transformer = Fit([[0], [0], [0], [4], [5], [9], [9]]);
        // Ranks 0 to 2 of 6, 3, 4, 5 and 6: p = 1/6, 3/6, 4/6, 5.5/6.
        float[] expected = [-0.96742157f, 0, 0.43072730f, 1.3829941f];
        float[] actual = [.. Read(transformer, [[0], [4], [5], [9]]).Select(row => row[0])];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
        Assert.Equal([-Largest, Largest], Read(transformer, [[-1], [10]]).Select(row => (double)row[0]), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Whatever_the_shape_it_becomes_normal()
    {
        var random = new Random(4);
        float[][] rows = [.. Enumerable.Range(0, 3000).Select(_ =>
            new[] { (float)Math.Exp(4 * random.NextDouble() * random.NextDouble()) })];
        double[] actual = [.. Read(Fit(rows), rows).Select(row => (double)row[0])];
        double mean = actual.Average(), variance = actual.Average(y => (y - mean) * (y - mean));
        Assert.Equal(0, mean, 0.01);
        Assert.Equal(1, variance, 0.02);
        Assert.Equal(0, actual.Average(y => Math.Pow(y, 3)), 0.05); // no skew
        Assert.InRange(actual.Count(y => Math.Abs(y) < 1) / 3000.0, 0.675, 0.69); // 0.6827
    }

    [Fact]
    public void The_order_is_kept_and_the_ends_are_not_passed()
    {
        Gen.Float.Where(float.IsFinite).Array[3, 50].Sample(
            values =>
            {
                float[] ascending = [.. values.Concat(values.Select(MathF.BitIncrement).Where(float.IsFinite)).Order()];
                float[] actual = [.. Read(Fit(values.Select(x => new[] { x })), ascending.Select(x => new[] { x })).Select(row => row[0])];
                Assert.All(actual, y => Assert.InRange(y, -5.1994, 5.1994));
                Assert.Equal(actual.Order(), actual);
            },
            iter: 300,
            seed: "0000KOIPe036");
    }

    private NormalizeInputsTransformer Fit(IEnumerable<float[]> rows) =>
        _context.Transforms.NormalizeInputs("Features", method: NormalizationMethod.QuantileToNormal).Fit(VectorRow.Dense(_context, rows));

    private float[][] Read(ITransformer transformer, IEnumerable<float[]> rows) =>
        VectorRow.Read(transformer.Transform(VectorRow.Dense(_context, rows)));

    private static IReadOnlyList<double> QuantilesOf(NormalizeInputsTransformer transformer, int slot) =>
        Assert.IsType<QuantileToNormalNormalization>(transformer.Normalizations[0]).QuantilesOf(slot);
}
