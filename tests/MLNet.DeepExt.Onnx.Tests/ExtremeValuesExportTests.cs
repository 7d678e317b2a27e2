using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Onnx.Tests;

/// <summary>Features that are missing, infinite, huge or tiny: the graph says of them what the transformer says.</summary>
public sealed class ExtremeValuesExportTests
{
    private const double Tolerance = 1e-4; // of each number, or of 1

    private static readonly float[] Extremes =
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e38f, -1e38f, 3e38f, -3e38f, float.Epsilon, -float.Epsilon, 1e-39f, 0, -0f,
    ];

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _training;

    public ExtremeValuesExportTests() => _training = _context.Data.LoadFromEnumerable(TaskRow.Generate(300, seed: 1));

    public static MatrixTheoryData<string, NormalizationMethod?> Kinds =>
        new(TrainerKind.All.Select(kind => kind.Name), [null, .. Enum.GetValues<NormalizationMethod>().Cast<NormalizationMethod?>()]);

    public static MatrixTheoryData<string, bool, bool> Tables => new(TrainerKind.All.Select(kind => kind.Name), [false, true], [false, true]);

    public static MatrixTheoryData<string, float> Images => new(TrainerKind.All.Select(kind => kind.Name), [255, 1, 1e-3f, 1e30f]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Extreme_features_score_the_same_in_the_graph(string kind, NormalizationMethod? method) =>
        AssertSame(Fit(kind, method));

    [Theory]
    [MemberData(nameof(Tables))]
    public void Extreme_numbers_of_a_table_score_the_same_in_the_graph(string kind, bool trainingHasGaps, bool imputeAllColumns)
    {
        TaskRow[] training = TaskRow.Generate(300, seed: 1);
        if (trainingHasGaps)
        {
            for (int i = 0; i < training.Length; i += 10)
                (training[i].A, training[i + 1].B, training[i + 2].A) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        }

        IEstimator<ITransformer> table = _context.Transforms.TabularFeatures(
            new TabularFeaturesEstimator.Options { InputColumnNames = ["A", "B", "C"], ImputeAllColumns = imputeAllColumns });
        AssertSame(table.Append(TrainerKind.Of(kind).Create(_context)).Fit(_context.Data.LoadFromEnumerable(training)));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Extreme_pixels_score_the_same_in_the_graph(string kind, float maximum)
    {
        var image = new ImageFeaturesEstimator.Options { InputColumnName = "Pixels", Height = 1, Width = 3, Maximum = maximum };
        AssertSame(_context.Transforms.Concatenate("Pixels", "A", "B", "C").Append(_context.Transforms.ImageFeatures(image))
            .Append(TrainerKind.Of(kind).Create(_context)).Fit(_training));
    }

    [Fact]
    public void Extreme_numbers_of_every_type_have_the_same_features_in_the_graph()
    {
        IDataView training = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i => new WideRow
        {
            Ordinary = Math.Sin(i),
            Int = 7 * i,
            Long = 1L << (i % 50),
            Short = (short)(i - 50),
            Byte = (byte)i,
            Yes = i % 2 == 0,
            Unsigned = (uint)i << 20,
            Doubles = [i, i % 10 == 3 ? double.NaN : 1e-40 * i],
            Floats = [i, -1e30f * i],
        }));
        double[] doubles =
        [
            double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -1e39, 3.4028235677973366e38, 1e-320, -1e-44, 0, -0d,
        ];
        IDataView rows = _context.Data.LoadFromEnumerable(
        [
            .. doubles.Select(x => new WideRow { Ordinary = x, Doubles = [x, x], Floats = [(float)x, (float)x] }),
            new WideRow { Int = int.MinValue, Long = long.MinValue, Short = short.MinValue, Unsigned = uint.MaxValue },
            new WideRow { Int = int.MaxValue, Long = long.MaxValue, Short = short.MaxValue, Byte = byte.MaxValue, Yes = true },
        ]);
        ITransformer model = _context.Transforms.TabularFeatures(new TabularFeaturesEstimator.Options
        {
            InputColumnNames =
            [
                nameof(WideRow.Ordinary), nameof(WideRow.Int), nameof(WideRow.Long), nameof(WideRow.Short), nameof(WideRow.Byte), nameof(WideRow.Yes),
                nameof(WideRow.Unsigned), nameof(WideRow.Doubles), nameof(WideRow.Floats),
            ],
        }).Fit(training);
        using OnnxSession session = OnnxSession.Of(_context, model, rows.Schema, "Features");
        AssertSame(model.Transform(rows), "Features", session.Run(rows)["Features"]);
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Rows_with_features_that_are_not_finite_have_nothing_but_missing_values(string kind)
    {
        ITransformer model = Fit(kind, method: null);
        IDataView data = _context.Data.LoadFromEnumerable<TaskRow>(
            [Row(float.NaN, 0.5f, 5), Row(50, float.PositiveInfinity, 5), Row(50, 0.5f, float.NegativeInfinity)]);
        using OnnxSession session = OnnxSession.Of(_context, model, data.Schema);
        foreach ((string name, object actual) in session.Run(data).Where(output => output.Key != "Features"))
        {
            switch (actual)
            {
                case float[] numbers:
                    Assert.All(numbers, number => Assert.True(float.IsNaN(number), name));
                    break;
                case uint[] keys:
                    Assert.All(keys, key => Assert.Equal(0u, key)); // ML.NET's missing key
                    break;
                default:
                    Assert.All(Assert.IsType<bool[]>(actual), answer => Assert.False(answer, name));
                    break;
            }
        }
    }

    [Fact]
    public void Scores_that_overflow_are_missing_in_both()
    {
        ITransformer model = Fit("Regression", method: null);
        const float Huge = 3e38f;
        float[] signs = [Huge, -Huge];
        IDataView data = _context.Data.LoadFromEnumerable(signs.Select(x => Row(x, 0.5f, 5)).ToArray());
        float[] scores = [.. model.Transform(data).GetColumn<float>("Score")];
        Assert.Contains(float.NaN, scores);
        Assert.DoesNotContain(scores, float.IsInfinity);
        using OnnxSession session = OnnxSession.Of(_context, model, data.Schema, "Score");
        Assert.Equal(scores.Select(float.IsNaN), ((float[])session.Run(data)["Score"]).Select(float.IsNaN));
    }

    private static TaskRow Row(float a, float b, float c) =>
        new() { A = a, B = b, C = c, Numbers = [0, 0], Flags = [0, 0, 0], Answers = new bool[3] };

    private static void AssertSame(IDataView expected, string name, object actual)
    {
        bool isVector = expected.Schema[name].Type is VectorDataViewType;
        switch (actual)
        {
            case float[] numbers:
                float[] wanted = isVector
                    ? [.. expected.GetColumn<float[]>(name).SelectMany(row => row)]
                    : [.. expected.GetColumn<float>(name)];
                Assert.Equal(wanted.Length, numbers.Length);
                for (int i = 0; i < wanted.Length; i++)
                    Assert.True(IsSame(wanted[i], numbers[i]), $"{name}: {wanted[i]} but {numbers[i]} at {i}");
                break;
            case uint[] keys:
                Assert.Equal(expected.GetColumn<uint>(name), keys);
                break;
            case bool[] answers when isVector:
                Assert.Equal(expected.GetColumn<bool[]>(name).SelectMany(row => row), answers);
                break;
            default:
                Assert.Equal(expected.GetColumn<bool>(name), Assert.IsType<bool[]>(actual));
                break;
        }
    }

    // Equal infinities are equal; their difference is NaN.
    private static bool IsSame(float expected, float actual) => float.IsFinite(expected)
        ? Math.Abs((double)expected - actual) <= Tolerance * Math.Max(1, Math.Abs((double)expected))
        : expected.Equals(actual);

    private void AssertSame(ITransformer model)
    {
        // Each extreme alone in each of the features, and in all of them where it is not finite or tiny.
        TaskRow[] rows =
        [
            .. Extremes.SelectMany(x => new[] { Row(x, 0.5f, 5), Row(50, x, 5), Row(50, 0.5f, x) }),
            .. Extremes.Where(x => !(Math.Abs(x) is > 1 and < float.PositiveInfinity)).Select(x => Row(x, x, x)),
        ];
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        using OnnxSession session = OnnxSession.Of(_context, model, data.Schema);
        IDataView expected = model.Transform(data);
        foreach ((string name, object actual) in session.Run(data))
            AssertSame(expected, name, actual);
    }

    private ITransformer Fit(string kind, NormalizationMethod? method)
    {
        IEstimator<ITransformer> features = _context.Transforms.Concatenate("Features", "A", "B", "C");
        if (method is { } known)
        {
            features = features.Append(_context.Transforms.NormalizeInputs(
                new NormalizeInputsEstimator.Options { Columns = [new("Features")], Method = known }));
        }

        return features.Append(TrainerKind.Of(kind).Create(_context)).Fit(_training);
    }

    private sealed class WideRow
    {
        public double Ordinary { get; set; }

        public int Int { get; set; }

        public long Long { get; set; }

        public short Short { get; set; }

        public byte Byte { get; set; }

        public bool Yes { get; set; }

        public uint Unsigned { get; set; }

        [VectorType(2)]
        public double[] Doubles { get; set; } = [0, 0];

        [VectorType(2)]
        public float[] Floats { get; set; } = [0, 0];
    }
}
