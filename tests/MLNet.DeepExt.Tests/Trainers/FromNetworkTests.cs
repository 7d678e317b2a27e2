using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Networks that were trained elsewhere, as transformers.</summary>
[Trait("Spec", "A14")]
public sealed class FromNetworkTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public FromNetworkTests() => _data = TaskRow.Prepare(_context, TaskRow.Generate(200, seed: 1));

    public static TheoryData<string> Kinds => TrainerKind.Names;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_network_scores_as_the_transformer_that_it_is_taken_from_also_after_saving(string kind)
    {
        NeuralNetworkTransformer trained = TrainerKind.Of(kind).Fit(_context, _data);
        NeuralNetworkTransformer made = Make(kind, trained.Model.ToNetwork(), trained.Content.Loss);
        string[] expected = OutputText.Of(trained, _data);
        Assert.Equal(expected, OutputText.Of(made, _data));
        Assert.Equal(expected, OutputText.Of(SavedAndLoaded(made), _data));
        Assert.Equal(expected, OutputText.Of(SavedAndLoaded(SavedAndLoaded(made)), _data));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_goes_on_with_it_and_another_task_takes_its_layers(string kind)
    {
        NeuralNetworkTransformer trained = TrainerKind.Of(kind).Fit(_context, _data);
        NeuralNetworkTransformer made = Make(kind, trained.Model.ToNetwork(), trained.Content.Loss);
        NeuralNetworkTransformer continued = TrainerKind.Of(kind).Fit(_context, _data, options => options.ContinueFrom = made);
        Assert.Equal(
            OutputText.Of(TrainerKind.Of(kind).Fit(_context, _data, options => options.ContinueFrom = trained), _data),
            OutputText.Of(continued, _data));
        NeuralNetworkTransformer other = TrainerKind.MultiLabel.Fit(_context, _data, options => options.TransferFrom = made);
        Assert.Equal(made.Model.Spec.Take(3).Dense(3), other.Model.Spec);
    }

    [Fact]
    public void Classes_keep_their_names_to_the_answer_in_model_zip()
    {
        string[] classes = ["red", "green", "yeşil"];
        NeuralNetworkMulticlassTransformer network = _context.MulticlassClassification.FromNetwork(NetworkOf(3, 3), classes);
        ITransformer made = new TransformerChain<ITransformer>(
            network, _context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(network.Transform(_data)));
        IDataView scored = SavedAndLoaded(made).Transform(_data);
        Assert.All(scored.GetColumn<string>("PredictedLabel"), label => Assert.Contains(label, classes));
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Score"].GetSlotNames(ref names);
        Assert.Equal(classes, names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void Labels_and_targets_keep_their_names()
    {
        Assert.Equal(["a", "b", "c"], SlotNames(_context.MultiLabelClassification.FromNetwork(NetworkOf(3, 3), ["a", "b", "c"]), "Probability"));
        Assert.Equal(["x", "y"], SlotNames(_context.MultiTargetRegression.FromNetwork(NetworkOf(3, 2), ["x", "y"]), "Score"));
        Assert.Empty(SlotNames(_context.MultiTargetRegression.FromNetwork(NetworkOf(3, 2)), "Score"));

        string[] SlotNames(NeuralNetworkTransformer model, string column)
        {
            DataViewSchema.Column output = model.Transform(_data).Schema[column];
            VBuffer<ReadOnlyMemory<char>> names = default;
            if (output.HasSlotNames())
                output.GetSlotNames(ref names);
            return [.. names.DenseValues().Select(name => name.ToString())];
        }
    }

    [Fact]
    public void A_network_that_the_engine_trained_predicts_in_the_units_of_its_targets()
    {
        var scaling = new TargetScaling([1000], [200]);
        var loss = new SquaredError { Scaling = scaling };
        float[] features = [.. _data.GetColumn<float[]>("Features").SelectMany(row => row)];
        float[] targets = [.. _data.GetColumn<float>("Number")];
        Network<float> network = new Trainer(NetworkSpec.Input(3).Dense(8).Relu().Dense(1), loss, new TrainingOptions { Seed = 1, MaximumEpochs = 5 })
            .Train(new LabeledRows(new DenseRows(3, features), 1, targets)).Network;
        IDataView scored = _context.Regression.FromNetwork(network, loss: loss).Transform(_data);
        var predictor = new Predictor(network, loss);
        var expected = new float[targets.Length];
        predictor.Predict(features, targets.Length, expected, predictor.CreateBuffer(targets.Length));
        Assert.Equal(expected, scored.GetColumn<float>("Score"));
    }

    [Fact]
    public void The_network_may_be_trained_further_and_the_transformer_stays_as_it_is()
    {
        Network<float> network = NetworkOf(3, 1);
        NeuralNetworkTransformer made = _context.BinaryClassification.FromNetwork(network);
        string[] before = OutputText.Of(made, _data);
        foreach (Slot slot in network.Parameters.Slots)
            network.Parameters.Write(slot, new float[network.Parameters.Read(slot).Length]);
        Assert.Equal(before, OutputText.Of(made, _data));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Refused(
            "The network has 1 output but classes need one each; use BinaryClassification.FromNetwork for yes or no. (Parameter 'network')",
            () => _context.MulticlassClassification.FromNetwork(NetworkOf(3, 1)));
        Refused(
            "classNames has 2 names but the network has 3 outputs; give one for each, in their order. (Parameter 'classNames')",
            () => _context.MulticlassClassification.FromNetwork(NetworkOf(3, 3), ["a", "b"]));
        Refused(
            "classNames has 'a' more than once; names tell outputs apart. (Parameter 'classNames')",
            () => _context.MulticlassClassification.FromNetwork(NetworkOf(3, 3), ["a", "b", "a"]));
        Refused(
            "The network has 2 outputs but one is needed; use MulticlassClassification.FromNetwork for classes, " +
            "MultiLabelClassification.FromNetwork for several answers. (Parameter 'network')",
            () => _context.BinaryClassification.FromNetwork(NetworkOf(3, 2)));
        Refused(
            "The network has 2 outputs but the loss is of 3; give the Quantile that it was trained with, or use MultiTargetRegression.FromNetwork " +
            "for several targets. (Parameter 'network')",
            () => _context.Regression.FromNetwork(NetworkOf(3, 2), loss: new Quantile()));
        Refused(
            "The loss is Quantile, which is of several numbers for each target; use Regression.FromNetwork for the quantiles of one target. " +
            "(Parameter 'loss')",
            () => _context.MultiTargetRegression.FromNetwork(NetworkOf(3, 3), loss: new Quantile()));

        static void Refused(string message, Func<NeuralNetworkTransformer> make) =>
            Assert.Equal(message, Assert.Throws<ArgumentException>(() => make()).Message);
    }

    private static Network<float> NetworkOf(int inputs, int outputs) => new(NetworkSpec.Input(inputs).Dense(4).Relu().Dense(outputs), seed: 1);

    private NeuralNetworkTransformer Make(string kind, Network<float> network, Loss loss) => TrainerKind.Of(kind).LabelColumnName switch
    {
        "Yes" => _context.BinaryClassification.FromNetwork(network, loss: (BinaryLoss)loss),
        "Class" => _context.MulticlassClassification.FromNetwork(network, loss: (SoftmaxCrossEntropy)loss),
        "Flags" => _context.MultiLabelClassification.FromNetwork(network, loss: (BinaryLoss)loss),
        "Number" => _context.Regression.FromNetwork(network, loss: (ElementwiseLoss)loss),
        _ => _context.MultiTargetRegression.FromNetwork(network, loss: (ElementwiseLoss)loss),
    };

    private T SavedAndLoaded<T>(T model)
        where T : ITransformer
    {
        using var stream = new MemoryStream();
        _context.Model.Save(model, _data.Schema, stream);
        stream.Position = 0;
        return (T)_context.Model.Load(stream, out _);
    }
}
