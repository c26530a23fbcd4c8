// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../StepKinds.sol";
import {CallAccess} from "../calls/CallAccess.sol";
import {CreateFrame} from "../calls/CreateFrame.sol";
import {Credit} from "../calls/Credit.sol";
import {FrameExit} from "../calls/FrameExit.sol";
import {SelfDestruct} from "../calls/SelfDestruct.sol";
import {Machine} from "../state/MachineState.sol";
import {StepContract} from "./StepContract.sol";

/// @title CallSteps
/// @notice The steps of calls and creations, from their instruction to the new frame and back.
contract CallSteps is StepContract {
    /// @inheritdoc StepContract
    function step(Machine memory m, uint256 kind) internal pure override {
        if (kind == StepKinds.CALL_ACCESS) return CallAccess.stepCallAccess(m);
        if (kind == StepKinds.CALL_DELEGATE) return CallAccess.stepCallDelegate(m);
        if (kind == StepKinds.CALL_CHARGE) return CallAccess.stepCallCharge(m);
        if (kind == StepKinds.CREATE_CREATOR) return CreateFrame.stepCreateCreator(m);
        if (kind == StepKinds.CREATE_TARGET) return CreateFrame.stepCreateTarget(m);
        if (kind == StepKinds.CREATE_DEBIT) return CreateFrame.stepCreateDebit(m);
        if (kind == StepKinds.CREDIT) return Credit.stepCredit(m);
        if (kind == StepKinds.CODE_INSTALL) return CreateFrame.stepCodeInstall(m);
        if (kind == StepKinds.FRAME_EXIT) return FrameExit.stepFrameExit(m);
        if (kind == StepKinds.CREATE_RETURN) return CreateFrame.stepCreateReturn(m);
        if (kind == StepKinds.DEPOSIT) return CreateFrame.stepDeposit(m);
        if (kind == StepKinds.SELFDESTRUCT_CREDIT) return SelfDestruct.stepSelfdestructCredit(m);
        if (kind == StepKinds.SELFDESTRUCT_DEBIT) return SelfDestruct.stepSelfdestructDebit(m);
        revert StepNotHere(kind);
    }
}
