using CsCheck;
using Microsoft.ML;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;
using MLNet.DeepExt.Transforms.Normalization;

namespace MLNet.DeepExt.Tests.Transforms.Normalization;

[Trait("Spec", "B1")]
public sealed class RobustNormalizationTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [MemberData(nameof(RobustAndQuantileReference.CaseNames), MemberType = typeof(RobustAndQuantileReference))]
    public void Before_the_clip_it_is_RobustScaler(string name)
    {
        RobustAndQuantileReference.Case reference = RobustAndQuantileReference.Load().Cases[name];
        NormalizeInputsTransformer transformer = Fit(Numbers.WithNaN(reference.Training));
        float[][] actual = Transform(transformer, Numbers.WithNaN(reference.Fresh));
        int compared = 0;
        for (int slot = 0; slot < reference.Medians.Length; slot++)
        {
            IReadOnlyList<double> quartiles = QuartilesOf(transformer, slot);
            Numbers.AssertClose(reference.Medians[slot], quartiles[2], 1e-12);
            if (quartiles[1] == quartiles[3])
                continue; // scikit-learn divides by 1 there
            Numbers.AssertClose(reference.Ranges[slot], quartiles[3] - quartiles[1], 1e-12, scale: Math.Abs(quartiles[2]));
            for (int row = 0; row < actual.Length; row++, compared++)
            {
                double scaled = reference.Scaled[row][slot] ?? double.NaN;
                Numbers.AssertClose(scaled / Math.Sqrt(1 + scaled * scaled / 9), actual[row][slot], 1e-6);
            }
        }

        Assert.True(compared >= 12, $"{compared}");
    }

    [Fact]
    public void Numbers_worked_by_hand()
    {
        NormalizeInputsTransformer transformer = Fit([[1], [2], [3], [4], [5]]);
        Assert.Equal([1, 2, 3, 4, 5], QuartilesOf(transformer, 0));
        // s = 1/2; x' = 0, 1, -4; y = x'/√(1 + x'²/9): 1/√(10/9) and -4/√(25/9)
        Assert.Equal([0, 0.9486833f, -2.4f], Transform(transformer, [[3], [5], [-5]]).Select(row => row[0]));
    }

    [Fact]
    public void Where_the_quartiles_are_equal_the_range_takes_their_place()
    {
        float[][] rows = [[-2], [0], [0], [0], [0], [0], [0], [0], [6]];
        // s = 2/8; x' = -0.5 and 1.5
        Assert.Equal(
            [-0.49319696f, 0, 1.3416408f], Transform(Fit(rows), [[-2], [0], [6]]).Select(row => row[0]));
    }

    [Fact]
    public void Outliers_stay_within_three_and_the_order_is_kept()
    {
        Gen.Float.Where(float.IsFinite).Array[3, 50].Sample(
            values =>
            {
                float[] ascending = [.. values.Order()];
                NormalizeInputsTransformer transformer = Fit(values.Select(x => new[] { x }));
                float[] actual = [.. Transform(transformer, ascending.Select(x => new[] { x })).Select(row => row[0])];
                Assert.All(actual, y => Assert.InRange(y, -3, 3));
                Assert.Equal(actual.Order(), actual);
            },
            iter: 300,
            seed: "0000KOIPe036");
    }

    [Fact]
    public void Far_outliers_come_back_as_well_as_single_precision_can_say_and_what_is_beyond_as_the_last_of_them()
    {
        NormalizeInputsTransformer transformer = Fit([[1], [2], [3], [4], [5]]); // x' = (x - 3)/2
        float[] inputs = [103, 2003, -1997];
        float[][] there = Transform(transformer, inputs.Select(x => new[] { x }));
        float[][] back = VectorRow.Read(transformer.CreateInverse().Transform(VectorRow.Dense(_context, there)));
        for (int row = 0; row < inputs.Length; row++)
        {
            double scaled = (inputs[row] - 3) / 2;
            Numbers.AssertClose(scaled, (back[row][0] - 3) / 2, 1e-7 * (1 + scaled * scaled / 9));
        }

        IDataView ends = VectorRow.Dense(_context, [[3], [100], [-3]]);
        float[] beyond = [.. VectorRow.Read(transformer.CreateInverse().Transform(ends)).Select(row => row[0])];
        // x' = 3/√(1 - (y/3)²) at the last float below 3, 7,525; to what a float resolves.
        Assert.Equal(2 * 7524.8 + 3, beyond[0], 0.1);
        Assert.Equal([beyond[0], 6 - beyond[0]], beyond[1..]);
    }

    private NormalizeInputsTransformer Fit(IEnumerable<float[]> rows) =>
        _context.Transforms.NormalizeInputs("Features", method: NormalizationMethod.Robust).Fit(VectorRow.Dense(_context, rows));

    private float[][] Transform(NormalizeInputsTransformer transformer, IEnumerable<float[]> rows) =>
        VectorRow.Read(transformer.Transform(VectorRow.Dense(_context, rows)));

    private static IReadOnlyList<double> QuartilesOf(NormalizeInputsTransformer transformer, int slot) =>
        Assert.IsType<RobustNormalization>(transformer.Normalizations[0]).QuantilesOf(slot);
}
