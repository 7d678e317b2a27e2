using System.Reflection;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Diagnostics.Conformance;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Statistics;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>
/// Options that are counts or values of enumerations: a value that is out of its range is refused with words that name the option, or takes
/// little memory. A type with such options needs a row in <see cref="Checked"/>, or in <see cref="Results"/> if nobody sets them.
/// </summary>
public sealed class OptionLimitTests
{
    private const long FewBytes = 64 << 20; // of two billions of anything; predictions are computed in parts of 32 MB

    // How a value of each type is checked, the way a caller has it checked.
    private static readonly Dictionary<Type, (Func<object> Create, Action<object> Check)> Checked = new()
    {
        [typeof(FalsePositivesPer24Hours)] = OfMetric(new FalsePositivesPer24Hours(TimeSpan.FromSeconds(1)) { Class = 1 }),
        [typeof(ExpectedCalibrationError)] = OfMetric(new ExpectedCalibrationError()),
        [typeof(TopKAccuracy)] = OfMetric(new TopKAccuracy { K = 2 }),
        [typeof(CohensKappa)] = OfMetric(new CohensKappa()),
        [typeof(AreaUnderRocCurve)] = OfMetric(new AreaUnderRocCurve()),
        [typeof(AreaUnderPrecisionRecallCurve)] = OfMetric(new AreaUnderPrecisionRecallCurve()),
        [typeof(F1)] = OfMetric(new F1()),
        [typeof(FBeta)] = OfMetric(new FBeta()),
        [typeof(Precision)] = OfMetric(new Precision()),
        [typeof(Recall)] = OfMetric(new Recall()),
        [typeof(RowResampling)] = (
            () => new RowResampling(10, new CounterRandom(1)),
            resampling => RankedRows.OfClasses([new AreaUnderRocCurve()], 3, (RowResampling)resampling)),
        [typeof(Lookahead)] = (() => new Lookahead(), transform => ((Lookahead)transform).Validate()),
        [typeof(WarmUp)] = OfSchedule(new WarmUp(2)),
        [typeof(InverseRoot)] = OfSchedule(new InverseRoot()),
        [typeof(LogCosine)] = OfSchedule(new LogCosine()),
        [typeof(Staircase)] = OfSchedule(new Staircase(0.5, 2)),
        [typeof(ReduceOnPlateau)] = OfSchedule(new ReduceOnPlateau()),
        [typeof(Phase)] = (() => new Phase(new Constant(), 2), part => new Phases((Phase)part, new Phase(new Constant())).Validate()),
        [typeof(Dense)] = OfLayer(new Dense(2)),
        [typeof(PiecewiseLinearEmbedding)] = OfLayer(new PiecewiseLinearEmbedding { Dimension = 2 }),
        [typeof(OneHot)] = OfLayer(new OneHot()),
        [typeof(PeriodicEmbedding)] = OfLayer(new PeriodicEmbedding()),
        [typeof(MemberDense)] = (() => new MemberDense(2), layer => NetworkSpec.Input(3).Members(2, inner => inner.Then((LayerSpec)layer))),
        [typeof(CategoryRange)] = (
            () => new CategoryRange(0, 2, 3), range => NetworkSpec.Input(4).EmbedCategories((CategoryRange)range)),
        [typeof(ImageShape)] = (
            () => new ImageShape(2, 2),
            shape => (Augment.Rotate(10) with { Image = (ImageShape)shape }).Validate()),
        [typeof(CutOut)] = (() => new CutOut(2), step => Augment.Rotate(10).With((CutOut)step).Validate()),
        [typeof(SlotRange)] = (
            () => new SlotRange(0, 2),
            range => (Augment.Noise(1) with { Categories = [(SlotRange)range] }).ValidateFor(4)),
        [typeof(IntegratedGradients)] = (() => new IntegratedGradients(), method => ((IntegratedGradients)method).Validate()),
    };

    // What is handed out, never in.
    private static readonly HashSet<Type> Results =
    [
        typeof(GradientCheckPart), typeof(SymmetryPart), typeof(ValueCount), typeof(Slot), typeof(Shape), typeof(Rectangle), typeof(TrainingTime),
        typeof(TransformStep), typeof(BatchRecord), typeof(EpochRecord), typeof(EpochStarted), typeof(History), typeof(Improvement),
        typeof(TrainingProgress), typeof(TrainingStarted),
        typeof(TrainingResult), typeof(TrainingStopped), typeof(Batch<>), typeof(Target<>), typeof(ConformanceCheck), typeof(DenseBlock<>),
        typeof(SparseBlock<>), typeof(Workspace<>),
    ];

    // The options of training have a test of their own.
    private static readonly HashSet<Type> OfTraining = [typeof(TrainingOptions), typeof(Checkpoint), typeof(LearningRateFinder)];

    // What takes sizes when it is made.
    private static readonly Dictionary<string, Action<int>> Makers = new()
    {
        ["DenseRows(width)"] = size => _ = new DenseRows(size, []),
        ["LabeledRows(width)"] = size => _ = new LabeledRows(size, [], [0]),
        ["LabeledRows(targetWidth)"] = size => _ = new LabeledRows(new DenseRows(1, [1]), size, []),
        ["SparseRows(width)"] = size => _ = new SparseRows(size, [0], [], []),
        ["TargetStatistics(width)"] = size => _ = new TargetStatistics(size),
        ["TargetScaling.Of(width)"] = size => TargetScaling.Of(size, []),
        ["MetricOfRows(width)"] = size => _ = new MetricOfRows(new F1(), size),
        ["MetricOfRows(outputs)"] = size => _ = new MetricOfRows(new PinballLoss(), size, 1),
        ["MetricOfRows(targets)"] = size => _ = new MetricOfRows(new PinballLoss(), 3, size),
        ["MetricOfRows.OfClasses(outputs)"] = size => MetricOfRows.OfClasses(new CohensKappa(), size),
        ["NetworkSpec(inputs)"] = size => _ = new NetworkSpec(size, [new Dense(2)]),
        ["NetworkSpec.Input(width)"] = size => NetworkSpec.Input(size),
        ["NetworkSpec.Dense(units)"] = size => NetworkSpec.Input(2).Dense(size),
        ["NetworkSpec.MemberDense(units)"] = size => NetworkSpec.Input(2).Members(2, inner => inner.MemberDense(size)),
        ["NetworkSpec.Members(count)"] = size => NetworkSpec.Input(2).Members(size, inner => inner.Dense(2)),
        ["TensorShape(features)"] = size => _ = new TensorShape(size),
        ["TensorShape.WithWidth(features)"] = size => new TensorShape(3).WithLines(2).WithWidth(size),
        ["TensorShape.WithLines(members)"] = size => new TensorShape(3).WithLines(size),
        ["NetworkSpec.Take(layers)"] = size => NetworkSpec.Input(2).Dense(2).Take(size),
        ["Network.CreateWorkspace(capacity)"] = size => Network().CreateWorkspace(size),
        ["Network.WithHead(keep)"] = size => Network().WithHead(size, spec => spec),
        ["Network.WithNewOutputs(outputs)"] = size => Network().WithNewOutputs(size),
        ["Predictor.CreateBuffer(maximumRows)"] = size => new Predictor(Network(), new SquaredError()).CreateBuffer(size),
        ["DenseBlock(capacity)"] = size => _ = new DenseBlock<float>(size, 1),
        ["DenseBlock(width)"] = size => _ = new DenseBlock<float>(1, size),
        ["SparseBlock(capacity)"] = size => _ = new SparseBlock<float>(size, 1),
        ["SparseBlock(width)"] = size => _ = new SparseBlock<float>(1, size),
        ["Target.OfClasses(capacity)"] = size => Target<float>.OfClasses(size),
        ["Target.OfValues(capacity)"] = size => Target<float>.OfValues(size, 1),
        ["Target.OfValues(width)"] = size => Target<float>.OfValues(1, size),
        ["CategoryRange.Of(first)"] = size => NetworkSpec.Input(4).EmbedCategories(CategoryRange.Of(size, 2)),
        ["CategoryRange.Of(count)"] = size => NetworkSpec.Input(4).EmbedCategories(CategoryRange.Of(0, size)),
        ["RowAugmenter(width)"] = size => _ = new RowAugmenter(Augment.Noise(1), size),
        ["Augment.CutOut(side)"] = size => Augment.CutOut(size).OnImages(2, 2).Validate(),
        ["AugmentationRecipe.OnImages(height)"] = size => Augment.Rotate(10).OnImages(size, 2).Validate(),
    };

    public static TheoryData<string> Options =>
        [.. Checked.Keys.SelectMany(type => Settable(type).Select(property => $"{type.Name}.{property.Name}"))];

    public static TheoryData<string> MakerNames => [.. Makers.Keys];

    [Fact]
    public void Every_type_with_counts_or_enumerations_is_checked()
    {
        IEnumerable<Type> known = [.. Checked.Keys, .. Results, .. OfTraining];
        IEnumerable<string> unknown = typeof(Metric).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && !type.IsAssignableTo(typeof(Exception)) && Settable(type).Any())
            .Except(known).Select(type => type.Name);
        Assert.Equal("", string.Join(", ", unknown));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void An_option_out_of_its_range_is_named_or_takes_little_memory(string option)
    {
        (Type type, (Func<object> create, Action<object> check)) = Checked.Single(
            pair => option.StartsWith(pair.Key.Name + ".", StringComparison.Ordinal));
        PropertyInfo property = type.GetProperty(option[(option.IndexOf('.') + 1)..])!;
        object sample = create();
        check(sample);
        Type kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        property.SetValue(sample, kind.IsEnum ? Enum.ToObject(kind, 99) : int.MaxValue);
        Exception? exception = null;
        long bytes = Allocation.Of(() => exception = Record.Exception(() => check(sample)));
        if (exception is null && !kind.IsEnum)
        {
            Assert.InRange(bytes, 0, FewBytes);
            return;
        }

        var fault = Assert.IsAssignableFrom<ArgumentException>(exception);
        Assert.NotNull(fault.ParamName);
        Assert.True(
            kind.IsEnum || fault.Message.Contains("2147483647", StringComparison.Ordinal), $"'{fault.Message}' does not say the value");
        if (kind.IsEnum)
        {
            Assert.Contains("but is 99; ", fault.Message);
            Assert.All(Enum.GetNames(kind), name => Assert.Contains(name, fault.Message));
        }
    }

    [Theory]
    [MemberData(nameof(MakerNames))]
    public void A_size_that_is_too_large_is_refused_or_takes_little_memory(string maker)
    {
        Exception? exception = null;
        long bytes = Allocation.Of(() => exception = Record.Exception(() => Makers[maker](int.MaxValue)));
        Assert.InRange(bytes, 0, FewBytes);
        Assert.True(exception is null or ArgumentException { ParamName: not null }, $"{exception?.GetType().Name}: {exception?.Message}");
    }

    [Theory]
    [InlineData((Averaging)99, "The metric F1 cannot be measured: Averaging must be Macro, Micro, Binary, Weighted, Worst or Automatic but is 99; "
        + "Automatic suits the rows. (Parameter 'metric')")]
    [InlineData((Averaging)(-1), "The metric F1 cannot be measured: Averaging must be Macro, Micro, Binary, Weighted, Worst or Automatic but is -1; "
        + "Automatic suits the rows. (Parameter 'metric')")]
    public void An_averaging_that_there_is_not_is_refused_with_those_that_there_are(Averaging averaging, string message) => Assert.Equal(
        message, Assert.Throws<ArgumentException>(() => MetricOfRows.OfClasses(new F1 { Averaging = averaging }, 3)).Message);

    [Fact]
    public void A_unit_of_a_schedule_that_there_is_not_is_refused_with_those_that_there_are() => Assert.Equal(
        "Unit of WarmUp must be Epochs or Steps but is 7; with Epochs the length does not depend on the batches. (Parameter 'Unit')",
        Assert.Throws<ArgumentException>(new WarmUp(2, (TimeUnit)7).Validate).Message);

    [Fact]
    public void A_mode_of_a_pass_that_there_is_not_is_refused_with_those_that_there_are()
    {
        Network<float> network = Network();
        Assert.Equal(
            "ForwardMode must be Train, HeldMask or Inference but is 3; use Inference to predict. (Parameter 'mode')",
            Assert.Throws<ArgumentException>(
                () => network.Forward(new DenseBlock<float>(1, 2), network.CreateWorkspace(1), (ForwardMode)3)).Message);
    }

    private static Network<float> Network() => new(NetworkSpec.Input(2).Dense(2));

    private static (Func<object>, Action<object>) OfMetric(Metric metric) =>
        (() => metric with { }, changed => MetricOfRows.OfClasses((Metric)changed, 3));

    private static (Func<object>, Action<object>) OfSchedule(Schedule schedule) =>
        (() => schedule with { }, changed => ((Schedule)changed).Validate());

    private static (Func<object>, Action<object>) OfLayer(LayerSpec layer) =>
        (() => layer with { }, changed => NetworkSpec.Input(2).Then((LayerSpec)changed));

    private static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties().Where(property =>
        property.SetMethod is { IsPublic: true } && (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) is { } kind
        && (kind == typeof(int) || kind == typeof(long) || kind.IsEnum) && property.Name != "Seed");
}
