using Microsoft.ML;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Interop.Scoring;

public sealed class PredictionEngineTests
{
    [Fact]
    public void One_row_gives_the_bits_that_it_gives_in_a_batch()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        SampleRow[] rows = SampleRow.Generate(500, seed: 99);
        PredictionEngine<SampleRow, SamplePrediction> engine = new MLContext().Model.CreatePredictionEngine<SampleRow, SamplePrediction>(model);
        Assert.Equal(SamplePrediction.Of(model, rows), rows.Select(row => engine.Predict(row).ToString()));
    }

    [Fact]
    public void Engines_on_several_threads_share_one_model()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        SampleRow[] rows = SampleRow.Generate(200, seed: 99);
        string[] expected = SamplePrediction.Of(model, rows);
        Parallel.For(0, 4, _ =>
        {
            PredictionEngine<SampleRow, SamplePrediction> engine =
                new MLContext().Model.CreatePredictionEngine<SampleRow, SamplePrediction>(model);
            Assert.Equal(expected, rows.Select(row => engine.Predict(row).ToString()));
        });
    }

    [Fact]
    public void A_row_with_a_missing_feature_gets_no_scores_and_no_label()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        SampleRow[] rows = SampleRow.Generate(3, seed: 99);
        rows[0].B = float.NaN;
        rows[2].C = float.PositiveInfinity;

        var context = new MLContext();
        IDataView scored = model.Transform(context.Data.LoadFromEnumerable(rows));
        SamplePrediction[] predictions = [.. context.Data.CreateEnumerable<SamplePrediction>(scored, reuseRowObject: false)];

        Assert.All([predictions[0], predictions[2]], prediction => Assert.All(prediction.Score, score => Assert.Equal(float.NaN, score)));
        Assert.All([predictions[0], predictions[2]], prediction => Assert.Equal("", prediction.PredictedLabel));
        Assert.Equal(1f, predictions[1].Score.Sum(), 1e-5f);
        Assert.NotEqual("", predictions[1].PredictedLabel);
    }
}
