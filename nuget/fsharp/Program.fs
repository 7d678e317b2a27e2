// The README's main path from F#: trains, evaluates, saves, loads, chooses and searches, by the plain counterparts of C# 14 extension members.
// Run again in the same folder, the search goes on with the same rows and the look at the test rows is the second one.
open System
open Microsoft.ML
open Microsoft.ML.Data
open MLNet.DeepExt.Neural.Metrics
open MLNet.DeepExt.Search
open MLNet.DeepExt.Selection
open MLNet.DeepExt.Trainers

[<CLIMutable>]
type Row = { Size: float32; Weight: float32; Label: string }

let ml = MLContext(Nullable 1)
let rows = [ for i in 0 .. 299 -> { Size = float32 (i % 20); Weight = float32 (i % 7); Label = (if i % 20 < 10 then "small" else "large") } ]
let data = ml.Data.LoadFromEnumerable rows
let split = ml.Data.TrainDevTestSplit(data, 0.2, 0.2, "Label")

let pipeline (context: MLContext) (units: int) : IEstimator<ITransformer> =
    let options = NeuralNetworkMulticlassTrainer.Options(HiddenUnits = [| units |], MaximumEpochs = 30)
    let keys = context.Transforms.Conversion.MapValueToKey("Label")
    let features = context.Transforms.Concatenate("Features", "Size", "Weight")
    EstimatorChain<ITransformer>()
        .Append(keys)
        .Append(features)
        .Append(context.Transforms.NormalizeInputs("Features"))
        .Append(context.MulticlassClassification.Trainers.NeuralNetwork(options))
        .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
    :> obj :?> IEstimator<ITransformer>

let model = (pipeline ml 16).Fit split.Train
let metrics = ml.MulticlassClassification.Evaluate(model.Transform split.Test)
ml.Model.Save(model, data.Schema, "model.zip")
let loaded, _ = ml.Model.Load "model.zip"
let again = ml.MulticlassClassification.Evaluate(loaded.Transform split.Test)
if metrics.MicroAccuracy <> again.MicroAccuracy || metrics.MicroAccuracy < 0.9 then
    failwith $"accuracy {metrics.MicroAccuracy}, {again.MicroAccuracy} after loading"

let choice = ml.GetModelSelection().Choose([| struct ("a", model); struct ("b", loaded) |]).Maximize(MetricCatalog.Accuracy()).Decide(split.Dev)
if choice.Winner.Name <> "a" then failwith $"of two equal models {choice.Winner.Name} was chosen and not the first"
let space = SearchSpace()
space["Units"] <- RangeCatalog.Integer(4, 16, log = true)
let result =
    ml.GetModelSelection()
        .Search(space, fun trial -> pipeline trial.Context (trial.Get<int> "Units"))
        .Maximize(MetricCatalog.Accuracy())
        .SubjectTo(MetricCatalog.Accuracy(), atLeast = 0.1)
        .Run(split, SearchOptions(Trials = 2, Folder = "search"))
printfn $"{result}"
printfn $"{result.ReportOnTest split.Test}"
ml.GetMultiLabelClassification().Trainers.NeuralNetwork() |> ignore
ml.GetMultiTargetRegression().Trainers.NeuralNetwork() |> ignore
printfn "F#: trained, saved, loaded, chosen, searched"
