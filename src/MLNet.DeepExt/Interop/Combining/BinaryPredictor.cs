using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Combining;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;

[assembly: LoadableModel<BinaryPredictor>]

namespace MLNet.DeepExt.Interop.Combining;

/// <summary>
/// A network that answers yes or no, in the form in which ML.NET combines several of them to one multiclass model and saves them with it.
/// Immutable, and safe to use from several threads.
/// </summary>
internal sealed class BinaryPredictor
    : IPredictorProducing<float>, IDistPredictorProducing<float, float>, IValueMapperDist, ICanSaveModel, ILoadableModel<BinaryPredictor>
{
    private const string FeaturesInWords = "Features"; // a predictor does not know the name of its column

    private readonly Network<float> _network;
    private readonly Loss _loss;
    private readonly Predictor _predictor;

    public BinaryPredictor(Network<float> network, Loss loss)
    {
        _network = network;
        _loss = loss;
        _predictor = new Predictor(network, loss, givesLogits: true);
        InputType = new VectorDataViewType(NumberDataViewType.Single, network.Spec.Inputs);
    }

    static ModelFormat ILoadableModel<BinaryPredictor>.Format => FileFormat;

    public PredictionKind PredictionKind => PredictionKind.BinaryClassification;

    public DataViewType InputType { get; }

    public DataViewType OutputType => NumberDataViewType.Single;

    public DataViewType DistType => NumberDataViewType.Single;

    private static ModelFormat FileFormat { get; } = new("DXNNBPRD", "DeepExtBinaryPredictor", "binary neural network among others");

    static BinaryPredictor ILoadableModel<BinaryPredictor>.Load(IHost host, ContentReader content)
    {
        (Network<float> network, Loss loss) = NetworkFile.Load(content.BaseStream, content.Budget);
        TaskFit.Binary.Require(loss, network.Spec.Outputs);
        return new BinaryPredictor(network, loss);
    }

    public void Save(ModelSaveContext ctx) => ModelContent.Write(ctx, FileFormat, writer =>
    {
        writer.Flush();
        NetworkFile.Save(writer.BaseStream, _network, _loss);
    });

    public ValueMapper<TSrc, TDst> GetMapper<TSrc, TDst>()
    {
        var block = new ScoringBlock(_predictor, FeaturesInWords, capacity: 1);
        ValueMapper<VBuffer<float>, float> mapper = (in VBuffer<float> features, ref float score) => score = ScoreOf(block, in features);
        return (ValueMapper<TSrc, TDst>)(Delegate)mapper;
    }

    public ValueMapper<TSrc, TDst, TDist> GetMapper<TSrc, TDst, TDist>()
    {
        var block = new ScoringBlock(_predictor, FeaturesInWords, capacity: 1);
        ValueMapper<VBuffer<float>, float, float> mapper = (in VBuffer<float> features, ref float score, ref float probability) =>
        {
            score = ScoreOf(block, in features);
            _predictor.Activate(new ReadOnlySpan<float>(in score), new Span<float>(ref probability));
        };
        return (ValueMapper<TSrc, TDst, TDist>)(Delegate)mapper;
    }

    private static float ScoreOf(ScoringBlock block, in VBuffer<float> features)
    {
        block.Clear();
        block.Add(in features);
        return block.Scores(0)[0];
    }
}
