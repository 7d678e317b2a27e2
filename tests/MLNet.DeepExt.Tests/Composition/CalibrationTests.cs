using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Composition;

/// <summary>ML.NET's calibrators behind the binary trainer: they learn another Probability of its Score.</summary>
public sealed class CalibrationTests
{
    private readonly MLContext _context = new(seed: 1);

    public static TheoryData<string> Calibrators => ["Platt", "Isotonic"];

    [Theory]
    [MemberData(nameof(Calibrators))]
    public void A_calibrator_follows_the_trainer_in_a_chain(string calibrator)
    {
        IDataView rows = _context.Data.LoadFromEnumerable(TaskRow.Generate(400, seed: 1));
        IDataView test = _context.Data.LoadFromEnumerable(TaskRow.Generate(400, seed: 2));
        var trainer = TrainerKind.Binary.Create(_context, options => options.MaximumEpochs = 20);
        ITransformer plain = TaskRow.Preparation(_context).Append(trainer).Fit(rows);
        ITransformer model = TaskRow.Preparation(_context).Append(trainer).Append(Calibrator(calibrator)).Fit(rows);

        IDataView scored = model.Transform(test);
        float[] scores = [.. scored.GetColumn<float>("Score")], probabilities = [.. scored.GetColumn<float>("Probability")];
        Assert.NotEqual(plain.Transform(test).GetColumn<float>("Probability"), probabilities);
        Assert.Equal(plain.Transform(test).GetColumn<float>("Score"), scores);
        CalibratedBinaryClassificationMetrics metrics = _context.BinaryClassification.Evaluate(scored, "Yes");
        Assert.True(metrics.LogLoss < 0.6, $"{metrics.LogLoss}");
        Assert.True(metrics.AreaUnderRocCurve > 0.9, $"{metrics.AreaUnderRocCurve}");
        float[] byScore = [.. probabilities.Zip(scores).OrderBy(pair => pair.Second).Select(pair => pair.First)];
        Assert.Equal(byScore.Order(), byScore);

        using var file = new MemoryStream();
        _context.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        Assert.Equal(OutputText.Of(model, test), OutputText.Of(new MLContext().Model.Load(file, out _), test));
    }

    private IEstimator<ITransformer> Calibrator(string name) => name == "Platt"
        ? _context.BinaryClassification.Calibrators.Platt("Yes")
        : _context.BinaryClassification.Calibrators.Isotonic("Yes");
}
