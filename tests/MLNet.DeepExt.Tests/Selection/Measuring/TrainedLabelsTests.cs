using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>The label that a network was trained on is the one that it is judged by.</summary>
[Trait("Spec", "C3")]
public sealed class TrainedLabelsTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public TrainedLabelsTests() => _data = _context.Data.LoadFromEnumerable(
        Enumerable.Range(0, 80).Select(i => new Row { Features = [i % 10, i % 3], IsSick = i % 10 > 4, IsTall = i % 3 == 0, Label = i % 2 == 0 }));

    [Fact]
    public void A_choice_judges_a_network_by_the_label_that_it_was_trained_on()
    {
        ITransformer model = Trainer(_context, "IsSick").Fit(_data);
        double expected = _context.BinaryClassification.Evaluate(model.Transform(_data), "IsSick").Accuracy;
        ModelDecision decision = _context.ModelSelection.Choose(("network", model)).Maximize(Metric.Accuracy).Decide(_data);
        Assert.Equal(expected, decision.Candidates[0].Figures[Metric.Accuracy], 1e-9);
        Assert.True(expected > 0.8);
    }

    [Fact]
    public void A_label_column_that_is_given_wins()
    {
        ITransformer model = Trainer(_context, "IsSick").Fit(_data);
        double expected = _context.BinaryClassification.Evaluate(model.Transform(_data), "Label").Accuracy;
        ModelDecision decision = _context.ModelSelection.Choose(("network", model)).Maximize(Metric.Accuracy)
            .Decide(_data, new EvaluationOptions { LabelColumnName = "Label" });
        Assert.Equal(expected, decision.Candidates[0].Figures[Metric.Accuracy], 1e-9);
        Assert.True(expected < 0.8);
    }

    [Fact]
    public void A_search_judges_networks_by_the_label_that_they_were_trained_on()
    {
        SearchResult result = _context.ModelSelection
            .Search(new SearchSpace { ["Rate"] = Range.Log(1e-2, 1e-1) }, trial => Trainer(trial.Context, "IsSick"))
            .Maximize(Metric.Accuracy).SubjectTo(Metric.Recall.OfClass("True"), atLeast: 0)
            .Run(_data, _data, new SearchOptions { Trials = 2, Seed = 1 });
        double expected = _context.BinaryClassification.Evaluate(result.Model.Transform(_data), "IsSick").Accuracy;
        Assert.Equal(expected, result.Best!.Figures["accuracy"], 1e-9);
        Assert.Equal(expected, result.ReportOnTest(_data).Figures["accuracy"], 1e-9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_search_judges_models_of_ML_NET_by_the_label_that_their_trainers_learned_from(bool isTree)
    {
        SearchResult result = _context.ModelSelection
            .Search(new SearchSpace { ["Leaves"] = Range.Integer(2, 4) }, Pipeline)
            .Maximize(Metric.Accuracy).Run(_data, _data, new SearchOptions { Trials = 2, Seed = 1 });
        double expected = _context.BinaryClassification.Evaluate(result.Model.Transform(_data), "IsSick").Accuracy;
        Assert.True(expected > 0.8);
        Assert.Equal(expected, result.Best!.Figures["accuracy"], 1e-9);
        Assert.Equal(expected, result.ReportOnTest(_data).Figures["accuracy"], 1e-9);

        IEstimator<ITransformer> Pipeline(Trial trial)
        {
            IEstimator<ITransformer> normalize = trial.Context.Transforms.NormalizeMinMax("Features");
            BinaryClassificationCatalog.BinaryClassificationTrainers trainers = trial.Context.BinaryClassification.Trainers;
            return isTree
                ? normalize.Append(trainers.FastTree("IsSick", numberOfLeaves: trial.Get<int>("Leaves")))
                : normalize.Append(trainers.SdcaLogisticRegression("IsSick"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_choice_without_a_column_Label_judges_by_the_label_of_the_split(bool caches)
    {
        IDataView data = _context.Transforms.DropColumns("Label").Fit(_data).Transform(_data);
        TrainDevTestData split = _context.Data.TrainDevTestSplit(
            data, new TrainDevTestSplitOptions { LabelColumnName = "IsSick", DevFraction = 0.3, TestFraction = 0.2, Seed = 1, Cache = caches });
        ITransformer model = _context.BinaryClassification.Trainers.FastTree("IsSick").Fit(split.Train);
        double expected = _context.BinaryClassification.Evaluate(model.Transform(split.Dev), "IsSick").Accuracy;
        ModelDecision decision = _context.ModelSelection.Choose(("tree", model)).Maximize(Metric.Accuracy).Decide(split.Dev);
        Assert.Equal(expected, decision.Candidates[0].Figures[Metric.Accuracy], 1e-9);
    }

    [Fact]
    public void A_column_Label_comes_before_the_label_of_the_split()
    {
        TrainDevTestData split = _context.Data.TrainDevTestSplit(
            _data, new TrainDevTestSplitOptions { LabelColumnName = "IsSick", DevFraction = 0.3, TestFraction = 0.2, Seed = 1 });
        ITransformer model = _context.BinaryClassification.Trainers.FastTree("IsSick").Fit(split.Train);
        double expected = _context.BinaryClassification.Evaluate(model.Transform(split.Dev), "Label").Accuracy;
        ModelDecision decision = _context.ModelSelection.Choose(("tree", model)).Maximize(Metric.Accuracy).Decide(split.Dev);
        Assert.Equal(expected, decision.Candidates[0].Figures[Metric.Accuracy], 1e-9);
    }

    [Fact]
    public void Networks_of_different_labels_in_one_model_are_refused_by_name()
    {
        ITransformer model = Trainer(_context, "IsTall").Append(Trainer(_context, "IsSick")).Fit(_data);
        ModelChoice choice = _context.ModelSelection.Choose(("two", model)).Maximize(Metric.Accuracy);
        Assert.Equal(
            "Candidate two: accuracy could not be measured: The networks of the model were trained on different label columns, 'IsTall', 'IsSick'; "
            + "set LabelColumnName of EvaluationOptions to the one by which the model is judged.",
            Assert.Throws<InvalidOperationException>(() => choice.Decide(_data)).Message);
        Assert.True(choice.Decide(_data, new EvaluationOptions { LabelColumnName = "IsSick" }).IsFeasible);
    }

    [Fact]
    public void Dev_rows_of_one_class_are_named_as_the_reason_why_a_metric_is_not_a_number()
    {
        IDataView sick = _context.Data.FilterByCustomPredicate<Row>(_data, row => !row.IsSick);
        ITransformer model = Trainer(_context, "IsSick").Fit(_data);
        ModelDecision decision = _context.ModelSelection.Choose(("network", model)).Maximize(Metric.AreaUnderRocCurve).Decide(sick);
        Assert.Equal(
            ["area under ROC curve is not measured: all 40 rows are of class 'True'; give rows of every class"], decision.Candidates[0].Violations);
        var fault = Assert.Throws<InvalidOperationException>(() => _context.ModelSelection
            .Search(new SearchSpace { ["Rate"] = Range.Log(1e-2, 1e-1) }, trial => Trainer(trial.Context, "IsSick"))
            .Maximize(Metric.AreaUnderRocCurve).Run(_data, sick, new SearchOptions { Trials = 3, Seed = 1 }));
        Assert.Equal(
            "The search has nothing to go by: the first 3 trials failed, trial 0 with " +
                "\"InvalidOperationException: Its area under ROC curve on the dev "
            + "rows is NaN: all 40 rows are of class 'True'; give rows of every class.\" Mend it, and search again.",
            fault.Message);
    }

    private static IEstimator<ITransformer> Trainer(MLContext context, string label) =>
        context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
        {
            LabelColumnName = label,
            HiddenUnits = [6],
            LearningRate = 0.05,
            MaximumEpochs = 40,
            Seed = 1,
        });

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool IsSick { get; set; }

        public bool IsTall { get; set; }

        public bool Label { get; set; }
    }
}
