using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Onnx.Tests;

/// <summary>Every method of normalization, there and back, as ONNX Runtime computes it.</summary>
[Trait("Spec", "B1")]
public sealed class NormalizationExportTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly float[][] _training;
    private readonly float[][] _probe;

    public NormalizationExportTests()
    {
        var random = new Random(5);
        // Long tails, ties, mostly zeros, a constant, numbers far from 0.
        _training = [.. Enumerable.Range(0, 1500).Select(i => new[]
        {
            (float)Math.Exp(6 * random.NextDouble() - 3), random.Next(6), random.Next(5) == 0 ? random.NextSingle() : 0, 0.1f,
            1e6f + 1e3f * random.NextSingle(), i % 50 == 7 ? float.NaN : random.NextSingle() - 0.5f,
        })];
        _probe =
        [
            .. _training[..100],
            .. _training[100..200].Select(row => row.Select(x => 1.1f * x).ToArray()),
            [1e30f, 3, 0, 0.1f, 0, -1e30f],
            [0, 2.5f, -1, 7, 2e6f, 0],
            [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.1f, 1e6f, float.NaN],
        ];
    }

    public static MatrixTheoryData<NormalizationMethod, NormalizationScope> Kinds =>
        new(Enum.GetValues<NormalizationMethod>(), Enum.GetValues<NormalizationScope>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void There_and_back(NormalizationMethod method, NormalizationScope scope)
    {
        NormalizeInputsTransformer transformer = Fit(method, scope, VectorRow.Dense(_context, _training));
        AssertSame(transformer, VectorRow.Dense(_context, _probe));
        // Rows that normalization gave, and rows that nobody did.
        IDataView there = transformer.Transform(VectorRow.Dense(_context, _probe[..200]));
        float[] numbers = [0, -5.1993f, 5.1994f, 2.9999f, -3, 3.5f, -1e10f, 1e10f, float.NaN];
        float[][] others = [.. numbers.Select(y => Enumerable.Repeat(y, 6).ToArray())];
        AssertSame(transformer.CreateInverse(), VectorRow.Dense(_context, VectorRow.Read(there)));
        AssertSame(transformer.CreateInverse(), VectorRow.Dense(_context, others));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Slots_of_categories_stay_as_they_are(NormalizationMethod method, NormalizationScope scope)
    {
        IDataView data = _context.Data.LoadFromEnumerable(SampleRow.Generate(100, seed: 3));
        IDataView prepared = _context.Transforms.Categorical.OneHotEncoding("Hot", "Label")
            .Append(_context.Transforms.Concatenate("Features", "A", "Hot", "B")).Fit(data).Transform(data);
        NormalizeInputsTransformer transformer = Fit(method, scope, prepared);
        AssertSame(transformer, prepared);
        AssertSame(transformer.CreateInverse(), prepared);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_column_of_categories_alone_and_a_scalar_one(NormalizationMethod method, NormalizationScope scope)
    {
        IDataView data = _context.Data.LoadFromEnumerable(SampleRow.Generate(100, seed: 3));
        IDataView hot = _context.Transforms.Categorical.OneHotEncoding("Features", "Label").Fit(data).Transform(data);
        AssertSame(Fit(method, scope, hot), hot);
        NormalizeInputsEstimator.Options options = new() { Columns = [new("Out", "B")], Method = method, Scope = scope };
        NormalizeInputsTransformer scalar = _context.Transforms.NormalizeInputs(options).Fit(data);
        using OnnxSession session = OnnxSession.Of(_context, scalar, data.Schema, "Out");
        AssertClose([.. scalar.Transform(data).GetColumn<float>("Out").Select(x => new[] { x })], (float[])session.Run(data)["Out"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_converter_of_ML_NET_writes_the_same(NormalizationMethod method, NormalizationScope scope)
    {
        IDataView data = VectorRow.Dense(_context, _training);
        NormalizeInputsTransformer transformer = Fit(method, scope, data);
        foreach (NormalizationTransformer way in new NormalizationTransformer[] { transformer, transformer.CreateInverse() })
        {
            using OnnxSession session = OnnxSession.OfConverter(_context, way, data, "Features");
            AssertClose(VectorRow.Read(way.Transform(data)), (float[])session.Run(data)["Features"]);
        }
    }

    private NormalizeInputsTransformer Fit(NormalizationMethod method, NormalizationScope scope, IDataView data) =>
        _context.Transforms.NormalizeInputs(new NormalizeInputsEstimator.Options { Method = method, Scope = scope }).Fit(data);

    private void AssertSame(NormalizationTransformer transformer, IDataView data)
    {
        using OnnxSession session = OnnxSession.Of(_context, transformer, data.Schema, "Features");
        AssertClose(VectorRow.Read(transformer.Transform(data)), (float[])session.Run(data)["Features"]);
    }

    private static void AssertClose(float[][] expected, float[] actual)
    {
        float[] flat = [.. expected.SelectMany(row => row)];
        Assert.Equal(flat.Length, actual.Length);
        for (int i = 0; i < flat.Length; i++)
        {
            bool same = float.IsFinite(flat[i])
                ? Math.Abs(flat[i] - actual[i]) <= 1e-5f * Math.Abs(flat[i]) + 1e-7f
                : flat[i].Equals(actual[i]);
            Assert.True(same, $"{flat[i]} but {actual[i]} at {i}");
        }
    }
}
